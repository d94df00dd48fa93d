"""What a photograph tells of itself: when and where it was taken, and how large it is."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from PIL import ExifTags, Image

_ASIDE = frozenset({6, 8, 5, 7})
"""Orientations that turn a picture on its side: width and height change places."""

_DEGREES = 90.0, 180.0


def facts_of(image: Image.Image) -> dict[str, Any]:
    """Return `width`, `height`, and what EXIF has: `datetime` (RFC 3339), `gps`, `orientation`."""
    exif = image.getexif()
    inner = exif.get_ifd(ExifTags.IFD.Exif)
    orientation = exif.get(ExifTags.Base.Orientation, 1)
    width, height = image.size
    if orientation in _ASIDE:
        width, height = height, width
    told: dict[str, Any] = {"width": width, "height": height}
    taken = taken_at(
        inner.get(ExifTags.Base.DateTimeOriginal) or exif.get(ExifTags.Base.DateTime),
        inner.get(ExifTags.Base.OffsetTimeOriginal) or inner.get(ExifTags.Base.OffsetTime),
    )
    if taken is not None:
        told["datetime"] = taken.isoformat().replace("+00:00", "Z")
    place = place_of(exif.get_ifd(ExifTags.IFD.GPSInfo))
    if place is not None:
        told["gps"] = place
    if isinstance(orientation, int) and orientation in range(1, 9):
        told["orientation"] = orientation
    return told


def taken_at(text: object, offset: object) -> datetime | None:
    """Read `2020:01:02 03:04:05` and `+02:00`; without an offset it is UTC, as for Cozy."""
    try:
        found = datetime.strptime(str(text).strip("\0 "), "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007
    except ValueError:
        return None
    return found.replace(tzinfo=_zone(str(offset).strip("\0 ")))


def _zone(text: str) -> timezone:
    sign, hours, minutes = text[:1], text[1:3], text[4:6]
    if sign not in ("+", "-") or not (hours.isdigit() and minutes.isdigit()):
        return UTC
    span = timedelta(hours=int(hours), minutes=int(minutes))
    if span >= timedelta(hours=24):
        return UTC
    return timezone(-span if sign == "-" else span)


def place_of(gps: Mapping[int, Any]) -> dict[str, float] | None:
    """Return `{lat, long}` in degrees; None where there is none, or one that is nowhere."""
    try:
        lat = _angle(gps[ExifTags.GPS.GPSLatitude])
        long = _angle(gps[ExifTags.GPS.GPSLongitude])
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    lat = -lat if gps.get(ExifTags.GPS.GPSLatitudeRef) == "S" else lat
    long = -long if gps.get(ExifTags.GPS.GPSLongitudeRef) == "W" else long
    if not (abs(lat) <= _DEGREES[0] and abs(long) <= _DEGREES[1]):
        return None
    return {"lat": round(lat, 6), "long": round(long, 6)}


def _angle(parts: Any) -> float:  # noqa: ANN401  # whatever the file has there
    degrees, minutes, seconds = (float(part) for part in parts)
    return degrees + minutes / 60 + seconds / 3600
