"""The icon: the mark of Foyer, with a sign of how things are in its corner."""

from PIL import Image, ImageDraw

from clients.desktop.window.view import Mood

SIZE = 64
_SCALE = 4
"""Drawn so many times larger, so that edges are smooth."""
_WALL, _FLAME = "#c4552a", "#ffe3c8"
_HOUSE = ((0.08, 0.5), (0.5, 0.12), (0.92, 0.5), (0.92, 0.92), (0.08, 0.92))
_FIRE = ((0.5, 0.38), (0.66, 0.66), (0.62, 0.8), (0.38, 0.8), (0.34, 0.66))
_SIGNS = {Mood.BUSY: "#2f6fb4", Mood.WRONG: "#c01c17", Mood.AWAY: "#8d8277", Mood.HELD: "#8d8277"}
_CORNER = (0.52, 0.52, 1.0, 1.0)


def picture_of(mood: Mood) -> Image.Image:
    """Return the icon for how things are; signs differ in shape too, not in colour alone."""
    side = SIZE * _SCALE
    image = Image.new("RGBA", (side, side))
    draw = ImageDraw.Draw(image)
    draw.polygon(_at(_HOUSE, side), fill=_WALL)
    draw.polygon(_at(_FIRE, side), fill=_FLAME)
    if mood in _SIGNS:
        _sign(draw, mood, side)
    return image.resize((SIZE, SIZE), Image.Resampling.LANCZOS)


def _at(points: tuple[tuple[float, float], ...], side: int) -> list[tuple[float, float]]:
    return [(x * side, y * side) for x, y in points]


def _sign(draw: ImageDraw.ImageDraw, mood: Mood, side: int) -> None:
    left, top, right, bottom = (part * side for part in _CORNER)
    draw.ellipse((left, top, right, bottom), fill=_SIGNS[mood], outline="#fff", width=side // 40)
    for shape in _STROKES[mood]:
        box = [(left + x * (right - left), top + y * (bottom - top)) for x, y in shape]
        draw.line(box, fill="#fff", width=side // 16)


_STROKES = {
    Mood.BUSY: (((0.3, 0.55), (0.5, 0.3), (0.7, 0.55)), ((0.5, 0.3), (0.5, 0.75))),
    Mood.WRONG: (((0.5, 0.22), (0.5, 0.6)), ((0.5, 0.7), (0.5, 0.82))),
    Mood.HELD: (((0.38, 0.28), (0.38, 0.72)), ((0.62, 0.28), (0.62, 0.72))),
    Mood.AWAY: (((0.28, 0.5), (0.72, 0.5)),),
}
