"""What a node is."""

from enum import StrEnum


class Kind(StrEnum):
    """Files have a content, directories have children. Nothing else is kept in a home."""

    FILE = "file"
    DIRECTORY = "directory"
