"""Paths: names below each other, `/` between them, `/` alone for the root."""

from doctypes.files.errors import TooDeep

ROOT_PATH = "/"
TRASH_PATH = "/.cozy_trash"
MOST_NAMES = 512


def joined(parent: str, name: str) -> str:
    """Return the path of a name in a directory."""
    return f"/{name}" if parent == ROOT_PATH else f"{parent}/{name}"


def parted(path: str) -> tuple[str, str]:
    """Return the parent's path and the name."""
    parent, _, name = path.rpartition("/")
    return parent or ROOT_PATH, name


def names_of(path: str) -> list[str]:
    """Return the names along a path; none for the root."""
    return path.split("/")[1:] if path != ROOT_PATH else []


def is_below(path: str, above: str) -> bool:
    """Tell whether a path lies below another, or is the same."""
    return path == above or path.startswith(beginning_below(above))


def beginning_below(path: str) -> str:
    """Return what all paths below a directory begin with."""
    return ROOT_PATH if path == ROOT_PATH else f"{path}/"


def is_in_trash(path: str) -> bool:
    """Tell whether a path lies below the trash (which itself does not)."""
    return path.startswith(beginning_below(TRASH_PATH))


def rebased(path: str, old: str, new: str) -> str:
    """Return where a path goes when `old`, above it or equal, becomes `new`.

    Names are counted and not letters: other hands may have spelled `old` in another Unicode form.
    """
    return "/".join((new, *names_of(path)[len(names_of(old)) :]))


def checked_depth(path: str) -> str:
    """Return the path. Raises TooDeep above 512 names."""
    if len(names_of(path)) > MOST_NAMES:
        raise TooDeep(path, MOST_NAMES)
    return path
