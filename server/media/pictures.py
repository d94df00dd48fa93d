"""Opening what people keep, as one picture: photographs, documents, films, office files.

Runs in the media worker alone, for what is opened here came from anywhere. Raises Unpicturable for
what has no picture; whatever else the libraries raise means the same.
"""

import io
import shutil
import subprocess
import zipfile
from pathlib import Path

from PIL import Image, ImageCms, ImageFile, ImageOps

MOST_PIXELS = 120_000_000
"""Of one picture; what claims more is not opened."""

_LARGEST = (1920, 1080)
_FILM_SECONDS = 20.0
_FILMS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,flv,ogg,asf"
"""Kinds of files that ffmpeg may open: a playlist would have it read others of this machine."""
_EMBEDDED = ("docProps/thumbnail.jpeg", "docProps/thumbnail.png", "Thumbnails/thumbnail.png")
_LARGEST_EMBEDDED = 8 << 20
_OPAQUE, _SEE_THROUGH = "RGB", "RGBA"


class Unpicturable(Exception):
    """There is no picture of this."""


def prepare() -> None:
    """Teach Pillow the formats of other libraries, and its limits."""
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    ImageFile.LOAD_TRUNCATED_IMAGES = True  # a photograph that lost its end still shows much
    try:
        import pi_heif
    except ImportError:
        return
    pi_heif.register_heif_opener()


def opened(path: Path, file_class: str) -> Image.Image:
    """Open a file as a picture; a large one is read at a fraction of its size where it can be."""
    if file_class == "pdf":
        return _first_page(path)
    if file_class == "video":
        return _frame(path)
    if file_class in ("text", "slide", "spreadsheet"):
        return _embedded(path)
    image = Image.open(path)
    if image.width * image.height > MOST_PIXELS:
        raise Unpicturable("too many pixels")
    image.draft(_OPAQUE, _LARGEST)
    return image


def shown(image: Image.Image) -> Image.Image:
    """Return the picture as it is meant to be seen: upright, in sRGB, 8 bits a channel."""
    image.seek(0)
    upright = ImageOps.exif_transpose(_reduced(image))
    deep = upright.mode in ("I", "F") or upright.mode.startswith("I;16")
    if deep:
        return _eight_bits(upright)
    see_through = upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info
    wanted = _SEE_THROUGH if see_through else _OPAQUE
    return _in_srgb(upright, wanted)


def _reduced(image: Image.Image) -> Image.Image:
    """Return a picture at a fraction of its size, but twice what is shown: all else costs less."""
    factor = min(image.width // (2 * _LARGEST[0]), image.height // (2 * _LARGEST[1]))
    if factor < 2 or image.mode in ("1", "P", "PA"):  # noqa: PLR2004  # palettes cannot be mixed
        return image
    return (image.convert("I") if image.mode.startswith("I;16") else image).reduce(factor)


def _eight_bits(image: Image.Image) -> Image.Image:
    low, high = image.convert("F").getextrema()
    span = (high - low) or 1.0  # type: ignore[operator]  # of a picture with one band
    scaled = image.convert("F").point(lambda value: (value - low) * (255.0 / span))
    return scaled.convert("L").convert(_OPAQUE)


def _in_srgb(image: Image.Image, wanted: str) -> Image.Image:
    profile = image.info.get("icc_profile")
    if profile and image.mode in ("RGB", "CMYK", "L"):
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            target = ImageCms.createProfile("sRGB")
            changed = ImageCms.profileToProfile(image, source, target, outputMode=_OPAQUE)
        except (ImageCms.PyCMSError, OSError):  # a profile that is none
            return image.convert(wanted)
        return (changed or image).convert(wanted)
    return image.convert(wanted)


def _first_page(path: Path) -> Image.Image:
    import pypdfium2

    document = pypdfium2.PdfDocument(path)
    page = document[0]
    width, height = page.get_size()
    if width <= 0 or height <= 0:
        raise Unpicturable("a page of no size")
    scale = min(_LARGEST[0] / width, _LARGEST[0] / height, 4.0)
    found: Image.Image = page.render(scale=scale).to_pil()
    return found.convert(_OPAQUE)


def _frame(path: Path) -> Image.Image:
    program = shutil.which("ffmpeg")
    if program is None:
        raise Unpicturable("no ffmpeg here")
    for second in ("1", "0"):
        command = [program, "-v", "error", "-format_whitelist", _FILMS]
        command += ["-protocol_whitelist", "file", "-ss", second, "-i", str(path)]
        command += ["-frames:v", "1", "-f", "image2pipe", "-vcodec", "png", "-"]
        made = subprocess.run(  # noqa: S603  # a fixed program, and a path of the blob store
            command,
            capture_output=True,
            timeout=_FILM_SECONDS / 2,
            check=False,
            stdin=subprocess.DEVNULL,
        )
        if made.stdout:
            return Image.open(io.BytesIO(made.stdout))
    raise Unpicturable("no frame")


def _embedded(path: Path) -> Image.Image:
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
        for name in _EMBEDDED:
            if name in names and archive.getinfo(name).file_size <= _LARGEST_EMBEDDED:
                return Image.open(io.BytesIO(archive.read(name)))
    raise Unpicturable("no picture inside")


def fitted(image: Image.Image, box: tuple[int, int]) -> Image.Image:
    """Return the picture within a box, never larger than it is."""
    copy = image.copy()
    copy.thumbnail(box, Image.Resampling.LANCZOS, reducing_gap=2.0)
    return copy


def written(image: Image.Image) -> bytes:
    """Return a picture as JPEG, or as WebP where something shows through."""
    target = io.BytesIO()
    if image.mode == _SEE_THROUGH:
        image.save(target, "WEBP", quality=80, method=4)
    else:
        image.save(target, "JPEG", quality=82, optimize=True, progressive=True)
    return target.getvalue()
