"""What pystray 0.19 leaves out on X11: it asks for no presses, so no click reaches its icon."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pystray import Icon

_EXPOSURE, _STRUCTURE, _PRESS = 1 << 15, 1 << 17, 1 << 2
"""ExposureMask, StructureNotifyMask and ButtonPressMask (X11 protocol, SETofEVENT)."""


def hear_clicks(icon: "Icon") -> None:
    """Have X tell an icon of presses, where it is one of X11's."""
    ask = getattr(getattr(icon, "_window", None), "change_attributes", None)
    if ask is not None:
        ask(event_mask=_EXPOSURE | _STRUCTURE | _PRESS)
