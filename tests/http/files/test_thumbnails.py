"""Thumbnails of odd files: right, or a clean placeholder; and what photographs tell."""

import asyncio
import io
import os
import re
import signal
import subprocess
from pathlib import Path

import imageio_ffmpeg
import pytest
from PIL import Image

from server import keys
from server.media.media import MEDIA
from server.media.sizes import SIZES
from tests.support import odd_files
from tests.support.files import Drive
from tests.support.house import house

GOOD, BAD = odd_files.good(), odd_files.bad()


@pytest.fixture
async def home(tmp_path):
    async with house(tmp_path) as running:
        yield running


@pytest.fixture
def drive(home):
    return Drive(home.owner)


async def shown(home, path):
    async with home.anybody.get(path) as response:
        return response.status, response.content_type, await response.read()


async def test_odd_files_have_their_picture_or_a_clean_placeholder(home, drive):
    assert len(GOOD) + len(BAD) > 50
    wrong = []
    for name, content in {**GOOD, **BAD}.items():
        links = (await drive.upload(name, content))["links"]
        size = "small" if name in GOOD else "tiny"
        status, kind, picture = await shown(home, links[size])
        image = Image.open(io.BytesIO(picture))
        image.load()
        fits = all(side <= most for side, most in zip(image.size, SIZES[size], strict=True))
        expected = (200, True) if name in GOOD else (404, True)
        if (status, fits) != expected or kind not in ("image/jpeg", "image/webp", "image/png"):
            wrong.append((name, status, kind, image.size))
    assert wrong == []


async def test_pictures_are_upright_and_in_their_colours(home, drive):
    for orientation in range(1, 9):
        content = odd_files.saved(odd_files.picture(), "JPEG", exif=odd_files.exif(orientation))
        links = (await drive.upload(f"{orientation}.jpg", content))["links"]
        image = Image.open(io.BytesIO((await shown(home, links["small"]))[2]))
        assert image.size == ((320, 200) if orientation < 5 else (200, 320))
    for name in ("cmyk.jpg", "sixteen bits.png", "see through.png"):
        links = (await drive.upload(name, GOOD[name]))["links"]
        image = Image.open(io.BytesIO((await shown(home, links["small"]))[2])).convert("RGB")
        assert image.getpixel((120, 100)) != image.getpixel((300, 190)), name


async def test_a_photograph_says_when_and_where_it_was_taken_by_every_door(home, drive):
    content = odd_files.saved(odd_files.picture(), "JPEG", exif=odd_files.exif(6))
    told = (await drive.upload("a.jpg", content, CreatedAt="2024-01-01T00:00:00Z"))["attributes"]
    async with home.owner.put("/dav/files/b.jpg", data=content) as response:
        assert response.status == 201
    other = (await drive.at("/b.jpg"))["data"]["attributes"]
    for found in (told, other):
        assert found["metadata"]["datetime"] == "2020-07-14T10:11:12+02:00"
        assert found["metadata"]["gps"] == {"lat": 48.856667, "long": -2.352}
        assert (found["metadata"]["width"], found["metadata"]["height"]) == (200, 320)
        assert found["created_at"] == "2020-07-14T08:11:12Z"


async def test_a_new_file_gets_its_thumbnails_without_being_asked_for(home, drive):
    made = await drive.upload("a.jpg", GOOD["plain.jpg"])
    async with home.app[keys.INSTANCES].borrow("localhost") as instance:
        found = instance.folder / "thumbnails"
        async with asyncio.timeout(20):
            while len(list(found.glob("??/*"))) < len(SIZES):  # noqa: ASYNC110  # by the clock
                await asyncio.sleep(0.05)
    assert made["meta"]["rev"] == (await drive.get(made["id"]))["data"]["meta"]["rev"]


def ffmpeg_in(folder, monkeypatch):
    """Have a real ffmpeg, under the name that programs call it by."""
    folder.mkdir()
    (folder / "ffmpeg").symlink_to(imageio_ffmpeg.get_ffmpeg_exe())
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)


def film(path, seconds=2):
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-f", "lavfi"]
    command += [
        "-i",
        f"color=c=red:size=320x240:duration={seconds}:rate=5",
        "-pix_fmt",
        "yuv420p",
        path,
    ]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    return path.read_bytes()


async def test_a_film_shows_a_frame_where_ffmpeg_is_and_a_placeholder_elsewhere(
    tmp_path, monkeypatch
):
    content = film(tmp_path / "film.mp4")
    monkeypatch.setenv("PATH", str(tmp_path / "nothing here"))
    async with house(tmp_path / "without") as home:
        links = (await Drive(home.owner).upload("film.mp4", content))["links"]
        assert (await shown(home, links["small"]))[:2] == (404, "image/png")
    ffmpeg_in(tmp_path / "bin", monkeypatch)
    async with house(tmp_path / "with") as home:
        drive = Drive(home.owner)
        links = (await drive.upload("film.mp4", content))["links"]
        status, kind, picture = await shown(home, links["small"])
        assert (status, kind) == (200, "image/jpeg")
        image = Image.open(io.BytesIO(picture))
        assert image.size == (320, 240)
        red, green, blue = image.getpixel((160, 120))
        assert red > 200
        assert max(green, blue) < 60
        short = film(tmp_path / "short.mkv", seconds=0.4)
        links = (await drive.upload("short.mkv", short))["links"]
        assert (await shown(home, links["small"]))[0] == 200
        secret = tmp_path / "secret.mp4"
        secret.write_bytes(content)
        for name, broken in (
            ("cut.mp4", content[:300]),
            ("zeros.mp4", b"\0" * 3000),
            ("playlist.mp4", f"#EXTM3U\n#EXTINF:1,\nfile://{secret}\n#EXT-X-ENDLIST\n".encode()),
            ("list.avi", f"ffconcat version 1.0\nfile '{secret}'\n".encode()),
        ):
            links = (await drive.upload(name, broken))["links"]
            assert (await shown(home, links["small"]))[:2] == (404, "image/png"), name


def peaks(media):
    """Return the most memory that each worker ever had, in bytes."""
    for worker in (media._worker, media._background):
        if worker._process is not None:
            status = Path(f"/proc/{worker._process.pid}/status").read_text()
            yield int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) << 10


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux tells the memory")
async def test_no_picture_takes_more_memory_than_its_limit(home, drive):
    """Large ones of a format that cannot be read at a fraction."""
    wide = Image.new("RGB", (8000, 5000), (10, 200, 30))
    deep = Image.new("I;16", (8000, 4500), 30_000)
    for name, image in (("wide.png", wide), ("deep.png", deep)):
        content = io.BytesIO(odd_files.saved(image, "PNG", compress_level=1))
        links = (await drive.upload(name, content))["links"]
        assert (await shown(home, links["small"]))[0] == 200
    assert all(peak < 1 << 30 for peak in peaks(home.app[MEDIA]))


async def test_links_are_signed_and_do_not_last(home, drive):
    made = await drive.upload("a.jpg", GOOD["plain.jpg"])
    link = made["links"]["tiny"]
    assert (await shown(home, link))[0] == 200
    other = await drive.upload("b.jpg", GOOD["plain.png"])
    secret = link.split("/")[4]
    for path in (
        f"/files/{other['id']}/thumbnails/{secret}/tiny",
        f"/files/{made['id']}/thumbnails/guess/tiny",
        f"/files/nowhere/thumbnails/{secret}/tiny",
        link.replace("/tiny", "/huge"),
    ):
        assert (await shown(home, path))[:2] == (404, "image/png")
    assert "tiny" not in (await drive.upload("a.bin", b"x"))["links"]


async def test_a_worker_that_dies_is_followed_by_another(home, drive):
    await shown(home, (await drive.upload("a.jpg", GOOD["plain.jpg"]))["links"]["tiny"])
    os.kill(home.app[MEDIA]._worker._process.pid, signal.SIGKILL)
    link = (await drive.upload("b.jpg", GOOD["plain.png"]))["links"]["tiny"]
    assert (await shown(home, link))[0] == 200
