"""The sizes that thumbnails have, by Cozy's names (cozy.md A)."""

from collections.abc import Mapping

SIZES: Mapping[str, tuple[int, int]] = {
    "tiny": (96, 96),
    "small": (640, 480),
    "medium": (1280, 720),
    "large": (1920, 1080),
}
"""Pixels that a thumbnail fits into, at most."""

CLASSES = frozenset({"image", "pdf", "video", "text", "slide", "spreadsheet"})
"""Classes of files that may have a picture; office files carry one with them, or none."""
