"""Media types and Cozy's classes of files, from names alone: the same on every machine."""

import mimetypes

from doctypes.files.names import split_extension

UNKNOWN = "application/octet-stream"

_TYPES = {
    ".7z": "application/x-7z-compressed",
    ".cozy-note": "text/vnd.cozy.note+markdown",
    ".dmg": "application/x-apple-diskimage",
    ".docm": "application/vnd.ms-word.document.macroenabled.12",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".dotx": "application/vnd.openxmlformats-officedocument.wordprocessingml.template",
    ".epub": "application/epub+zip",
    ".exe": "application/x-msdownload",
    ".flac": "audio/flac",
    ".gz": "application/gzip",
    ".heic": "image/heic",
    ".ics": "text/calendar",
    ".js": "text/javascript",
    ".key": "application/x-iwork-keynote-sffkey",
    ".m4a": "audio/mp4",
    ".md": "text/markdown",
    ".mjs": "text/javascript",
    ".mkv": "video/x-matroska",
    ".numbers": "application/x-iwork-numbers-sffnumbers",
    ".odg": "application/vnd.oasis.opendocument.graphics",
    ".odp": "application/vnd.oasis.opendocument.presentation",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".ogg": "audio/ogg",
    ".opus": "audio/ogg",
    ".otf": "font/otf",
    ".pages": "application/x-iwork-pages-sffpages",
    ".pptm": "application/vnd.ms-powerpoint.presentation.macroenabled.12",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".rar": "application/x-rar-compressed",
    ".rtf": "application/rtf",
    ".tgz": "application/gzip",
    ".ttf": "font/ttf",
    ".url": "application/internet-shortcut",
    ".vcf": "text/vcard",
    ".webm": "video/webm",
    ".webp": "image/webp",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
    ".xlsm": "application/vnd.ms-excel.sheet.macroenabled.12",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".yaml": "application/yaml",
    ".yml": "application/yaml",
    ".zip": "application/zip",
}

_CLASSES = {
    UNKNOWN: "files",
    "application/gzip": "zip",
    "application/internet-shortcut": "shortcut",
    "application/javascript": "code",
    "application/json": "code",
    "application/msword": "text",
    "application/pdf": "pdf",
    "application/rtf": "text",
    "application/vnd.ms-excel": "spreadsheet",
    "application/vnd.ms-excel.sheet.macroenabled.12": "spreadsheet",
    "application/vnd.ms-powerpoint": "slide",
    "application/vnd.ms-powerpoint.presentation.macroenabled.12": "slide",
    "application/vnd.ms-word.document.macroenabled.12": "text",
    "application/x-7z-compressed": "zip",
    "application/x-apple-diskimage": "binary",
    "application/x-iwork-keynote-sffkey": "slide",
    "application/x-iwork-numbers-sffnumbers": "spreadsheet",
    "application/x-iwork-pages-sffpages": "text",
    "application/x-msdownload": "binary",
    "application/x-rar-compressed": "zip",
    "application/x-ruby": "code",
    "application/x-sh": "code",
    "application/x-tar": "zip",
    "application/xml": "code",
    "application/yaml": "code",
    "application/zip": "zip",
    "text/css": "code",
    "text/html": "code",
    "text/javascript": "code",
    "text/x-c": "code",
    "text/x-go": "code",
    "text/x-python": "code",
    "text/xml": "code",
}

_FAMILIES = (
    ("application/vnd.oasis.opendocument.text", "text"),
    ("application/vnd.oasis.opendocument.spreadsheet", "spreadsheet"),
    ("application/vnd.oasis.opendocument.presentation", "slide"),
    ("application/vnd.oasis.opendocument.graphics", "slide"),
    ("application/vnd.openxmlformats-officedocument.wordprocessingml.", "text"),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml.", "spreadsheet"),
    ("application/vnd.openxmlformats-officedocument.presentationml.", "slide"),
    ("image/", "image"),
    ("audio/", "audio"),
    ("video/", "video"),
    ("text/", "text"),
)

# An instance of its own knows the standard library's table, and not the machine's /etc/mime.types.
_standard = mimetypes.MimeTypes()


def mime_of(name: str, said: str | None = None) -> str:
    """Return the media type of a file: what was said of it, unless that says nothing.

    Parameters such as a charset are left out.
    """
    mime = (said or "").partition(";")[0].strip().lower()
    return guessed_mime(name) if mime in ("", UNKNOWN) else mime


def guessed_mime(name: str) -> str:
    """Return the media type that a name's extension stands for."""
    _, extension = split_extension(name.lower())
    last = extension[extension.rfind(".") :] if extension else ""
    return _TYPES.get(last) or _standard.types_map[True].get(last, UNKNOWN)


def class_of(mime: str) -> str:
    """Return Cozy's class for a media type; `files` for what has none.

    The others are image, audio, video, text, code, pdf, slide, spreadsheet, zip, shortcut, binary.
    """
    known = _CLASSES.get(mime)
    return known or next((name for start, name in _FAMILIES if mime.startswith(start)), "files")
