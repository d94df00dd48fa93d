"""A QR code as one path of SVG, for a camera to read (ISO/IEC 18004)."""

QUIET = 4
"""Modules of white around, which readers need."""


def qr_path(text: str) -> tuple[str, int]:
    """Return the path of the dark modules, a unit each, and the side of the whole."""
    import segno  # a tenth of a second, and few need it

    rows = segno.make(text, error="m", micro=False).matrix
    drawn = (
        f"M{x + QUIET} {y + QUIET}h1v1h-1z"
        for y, row in enumerate(rows)
        for x, dark in enumerate(row)
        if dark
    )
    return "".join(drawn), len(rows) + 2 * QUIET
