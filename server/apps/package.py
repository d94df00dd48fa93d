"""An application as it lies in a folder: its manifest, and its files by their paths."""

from dataclasses import dataclass
from pathlib import Path

from server.apps.manifest import FILE_NAME, Manifest, ManifestIllegal, read_manifest

MOST_FILES = 5000
MOST_BYTES = 256 << 20


@dataclass(frozen=True, slots=True)
class Package:
    """A manifest, and where each file lies, by its path in the package with `/`."""

    manifest: Manifest
    files: dict[str, Path]


def read_package(folder: Path) -> Package:
    """Read what is to be installed. Raises ManifestIllegal, OSError."""
    try:
        manifest = read_manifest((folder / FILE_NAME).read_bytes())
    except FileNotFoundError as error:
        raise ManifestIllegal(f"{folder}: there is no {FILE_NAME}") from error
    files = {path.relative_to(folder).as_posix(): path for path in _files(folder)}
    if len(files) > MOST_FILES or sum(path.stat().st_size for path in files.values()) > MOST_BYTES:
        raise ManifestIllegal(f"{folder}: more than {MOST_FILES} files, or {MOST_BYTES} bytes")
    for name, route in manifest.routes.items():
        if route.file_at("") not in files:
            raise ManifestIllegal(f"routes.{name}: there is no file {route.file_at('')}")
    return Package(manifest, files)


def _files(folder: Path) -> list[Path]:
    """List the files; links lead out of a package, and are none of it."""
    return [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink() and not _is_hidden(path.relative_to(folder))
    ]


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)
