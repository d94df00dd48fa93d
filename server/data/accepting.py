"""What a client takes for an answer: media types and encodings, as its headers name them."""

from collections.abc import Iterator

from aiohttp import hdrs, web


def accepts(request: web.Request, kind: str) -> bool:
    """Tell whether an answer of this media type is welcome; without a header, all are.

    What has a wildcard in it welcomes all that it stands for, as in CouchDB.
    """
    family = kind.partition("/")[0] + "/*"
    header = request.headers.get(hdrs.ACCEPT, "*/*")
    return any(name in (kind, family, "*/*") for name in _welcome(header))


def accepts_gzip(request: web.Request) -> bool:
    """Tell whether an answer may be compressed."""
    return "gzip" in _welcome(request.headers.get(hdrs.ACCEPT_ENCODING, ""))


def _welcome(header: str) -> Iterator[str]:
    """Return what a header lists, less what it lists as unwelcome (`q=0`)."""
    for item in header.lower().split(","):
        name, *parameters = (part.strip() for part in item.split(";"))
        if not any(_is_zero(parameter) for parameter in parameters):
            yield name


def _is_zero(parameter: str) -> bool:
    word, _, value = parameter.partition("=")
    return word.strip() == "q" and value.strip() in {"0", "0.0", "0.00", "0.000"}
