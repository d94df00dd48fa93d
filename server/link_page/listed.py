"""What a link opens, as the page lists it: pure, but for the tree it reads."""

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from doctypes.files.file_tree import FileTree
from doctypes.files.node import Directory, File, Node
from server.link_page.opened import CODE, Opened

MOST = 1000
"""Rows of one page; a folder with more is downloaded whole."""

_UNITS = ("B", "kB", "MB", "GB", "TB")
_UNITS_FR = ("o", "ko", "Mo", "Go", "To")


@dataclass(frozen=True, slots=True)
class Row:
    """A node in a list: `size` and `download` are empty for a folder."""

    name: str
    address: str
    size: str = ""
    download: str = ""


@dataclass(frozen=True, slots=True)
class ShownFile:
    """A file on its own page: `kind` is Cozy's class, by which a browser shows it."""

    kind: str
    address: str
    download: str
    size: str


def page_address(code: str, node: Node | None = None) -> str:
    """Return the page of a node, or of the link itself."""
    asked = {CODE: code, **({"id": node.id} if node is not None else {})}
    return f"/public?{urlencode(asked)}"


def archive_address(code: str, node: Node | None) -> str:
    """Return where a folder, or all that is shared, is given as an archive."""
    asked = {CODE: code, **({"id": node.id} if node is not None else {})}
    return f"/public/archive?{urlencode(asked)}"


def drop_address(code: str) -> str:
    """Return where files are sent that are put into a folder."""
    return f"/public/drop?{urlencode({CODE: code})}"


def shown_file(code: str, file: File, language: str, *, as_pdf: bool = False) -> ShownFile:
    """Return a file as its page shows it; with `as_pdf` by its preview."""
    address = _content(code, file)
    size = spoken_size(file.size, language)
    if as_pdf:
        return ShownFile("pdf", _preview(code, file), f"{address}&Dl=1", size)
    return ShownFile(str(file.file_class), address, f"{address}&Dl=1", size)


def row_of(code: str, node: Node, language: str) -> Row:
    """Return a node as a row."""
    if isinstance(node, File):
        download = f"{_content(code, node)}&Dl=1"
        size = spoken_size(node.size, language)
        return Row(node.name, page_address(code, node), size, download)
    return Row(node.name, page_address(code, node))


async def rows_of(
    tree: FileTree, link: Opened, directory: Directory | None, language: str
) -> tuple[list[Row], bool]:
    """List a folder, or what the link names; tells also whether there is more."""
    if directory is None:
        return [row_of(link.code, node, language) for node in link.shared], False
    rows: list[Row] = []
    async for page in tree.children(directory):
        rows += [row_of(link.code, node, language) for node in page]
        if len(rows) > MOST:
            return rows[:MOST], True
    return rows, False


def spoken_size(size: int, language: str) -> str:
    """Say a number of bytes with three digits at most."""
    units = _UNITS_FR if language == "fr" else _UNITS
    value, step = float(size), 0
    while value >= 1000 and step < len(units) - 1:  # noqa: PLR2004  # decimal units (SI)
        value, step = value / 1000, step + 1
    number = f"{value:.1f}" if step and value < 100 else f"{value:.0f}"  # noqa: PLR2004
    return f"{number.replace('.', ',') if language == 'fr' else number} {units[step]}"


def _content(code: str, file: File) -> str:
    return f"/files/download/{quote(file.id, safe='')}?{urlencode({'bearer_token': code})}"


def _preview(code: str, file: File) -> str:
    return f"/office/{quote(file.id, safe='')}/preview?{urlencode({'bearer_token': code})}"
