"""Pictures as people really have them, and files that only say they are: made here, each small."""

import io
import struct
import zipfile
import zlib
from pathlib import Path

from PIL import Image, ImageCms, ImageDraw


def picture(mode="RGB", size=(320, 200)):
    """Return a picture with something in it, of any mode."""
    image = Image.new("RGB", size, (200, 30, 30))
    ImageDraw.Draw(image).ellipse((40, 20, 200, 180), fill=(20, 120, 220))
    if mode == "I;16":
        return image.convert("L").convert("I").point(lambda value: value * 257).convert("I;16")
    return image.convert(mode)


def saved(image, kind, **options):
    target = io.BytesIO()
    image.save(target, kind, **options)
    return target.getvalue()


def exif(orientation=1, taken="2020:07:14 10:11:12", offset="+02:00"):
    found = Image.Exif()
    found[0x0112] = orientation
    inner = found.get_ifd(0x8769)
    inner[0x9003], inner[0x9011] = taken, offset
    place = found.get_ifd(0x8825)
    place[1], place[2] = "N", (48.0, 51.0, 24.0)
    place[3], place[4] = "W", (2.0, 21.0, 7.2)
    return found


def animated(kind):
    frames = [Image.new("RGB", (60, 40), (n * 60, 0, 0)) for n in range(4)]
    return saved(frames[0], kind, save_all=True, append_images=frames[1:], duration=50)


def png(width, height, rows=b""):
    """Return a PNG that claims a size, whatever it holds."""

    def chunk(kind, data):
        crc = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", crc)

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    start = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head)
    return start + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def pdf(content="0 0 1 rg 10 10 80 80 re f", box="0 0 100 100", *, font=False):
    """Return a document of one page; with `font`, the content may show text in /F1."""
    stream = content.encode()
    known = "/Resources << /Font << /F1 5 0 R >> >> " if font else ""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R {known}/MediaBox [{box}] /Contents 4 0 R >>".encode(),
        b"<< /Length " + str(len(stream)).encode() + b" >>\nstream\n" + stream + b"\nendstream",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    written, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(written))
        written += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    start = len(written)
    head = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    end = f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF"
    return written + head.encode() + end.encode()


def office(name="docProps/thumbnail.jpeg", content=None):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        if name:
            archive.writestr(name, saved(picture(), "JPEG") if content is None else content)
    return target.getvalue()


HEIC = Path(__file__).parents[1] / "fixtures" / "plain.heic"


def good():
    """Return files that have a picture, by name."""
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    jpeg = saved(picture(), "JPEG", quality=90)
    found = {
        "plain.jpg": jpeg,
        "progressive.jpg": saved(picture(), "JPEG", progressive=True),
        "grey.jpg": saved(picture("L"), "JPEG"),
        "cmyk.jpg": saved(picture("CMYK"), "JPEG"),
        "profile.jpg": saved(picture(), "JPEG", icc_profile=srgb),
        "broken profile.jpg": saved(picture(), "JPEG", icc_profile=b"no profile"),
        "truncated.jpg": jpeg[: len(jpeg) * 2 // 3],
        "trailing.jpg": jpeg + b"\0" * 5000,
        "one pixel.jpg": saved(picture(size=(1, 1)), "JPEG"),
        "one line.jpg": saved(picture(size=(3000, 1)), "JPEG"),
        "tall.jpg": saved(picture(size=(10, 5000)), "JPEG"),
        "large.jpg": saved(picture(size=(6000, 4000)), "JPEG", quality=40),
        "plain.png": saved(picture(), "PNG"),
        "see through.png": saved(picture("RGBA"), "PNG"),
        "palette.png": saved(picture("P"), "PNG"),
        "palette see through.png": saved(picture("P"), "PNG", transparency=0),
        "grey see through.png": saved(picture("LA"), "PNG"),
        "bits.png": saved(picture("1"), "PNG"),
        "sixteen bits.png": saved(picture("I;16"), "PNG"),
        "animated.png": animated("PNG"),
        "animated.gif": animated("GIF"),
        "animated.webp": animated("WEBP"),
        "plain.gif": saved(picture("P"), "GIF"),
        "plain.webp": saved(picture(), "WEBP"),
        "lossless.webp": saved(picture("RGBA"), "WEBP", lossless=True),
        "plain.bmp": saved(picture(), "BMP"),
        "plain.tiff": saved(picture(), "TIFF"),
        "deflated.tiff": saved(picture(), "TIFF", compression="tiff_deflate"),
        "cmyk.tiff": saved(picture("CMYK"), "TIFF"),
        "sixteen bits.tiff": saved(picture("I;16"), "TIFF"),
        "plain.ico": saved(picture(size=(64, 64)), "ICO"),
        "wrongly named.png": jpeg,
        "é 😀.jpg": jpeg,
        "iphone.heic": HEIC.read_bytes(),
        "page.pdf": pdf(),
        "wide page.pdf": pdf(box="0 0 2000 20"),
        "letter.docx": office(),
        "letter.odt": office("Thumbnails/thumbnail.png", saved(picture(), "PNG")),
    }
    for orientation in range(2, 9):
        turned = saved(picture(), "JPEG", exif=exif(orientation))
        found[f"turned {orientation}.jpg"] = turned
    return found


def bad():
    """Return files that have none, and must harm nobody, by name."""
    return {
        "empty.jpg": b"",
        "text.jpg": b"this is no picture at all",
        "head only.jpg": b"\xff\xd8\xff\xe0",
        "zeros.png": b"\0" * 4096,
        "bomb.png": png(60_000, 60_000),
        "large bomb.png": png(2_000_000_000, 2_000_000_000),
        "no rows.gif": b"GIF89a" + b"\xff" * 20,
        "html.webp": b"<html><script>alert(1)</script></html>",
        "broken.pdf": pdf()[:40],
        "no pages.pdf": b"%PDF-1.4\n%%EOF",
        "no picture.docx": office(""),
        "not zipped.docx": b"PK\x03\x04 nothing",
        "picture is none.docx": office(content=b"no picture"),
        "broken.heic": b"\0\0\0\x18ftypheic" + b"\0" * 100,
        "broken.mp4": b"\0\0\0\x18ftypisom" + b"\0" * 100,
    }
