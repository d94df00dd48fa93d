"""Bodies of requests and answers as a recording keeps them: JSON, lines, text, parts, or packed."""

import json
import zlib
from base64 import b64decode, b64encode

LONGEST_TEXT = 600  # characters; what is longer is packed


def kept_body(raw, kind, name):
    """Return a body for the file; `name` gives variables to what a server made up in a text."""
    if not raw:
        return None
    if kind.startswith("multipart/"):
        return ["parts", [_kept_part(part, name) for part in split_parts(raw, kind)]]
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return ["packed", _packed(raw)]
    if text.lstrip()[:1] in ("{", "["):
        return _kept_json(text, name)
    named = name(text)
    return ["text", named] if len(named) <= LONGEST_TEXT else ["packed", _packed(named.encode())]


def _kept_json(text, name):
    try:
        return ["json", json.loads(name(text))]
    except ValueError:
        try:
            return ["lines", [json.loads(name(line)) for line in text.splitlines() if line]]
        except ValueError:
            return ["text", name(text)]


def kept_request(raw, kind, name):
    """Return the body of a request; one of parts is kept as one piece, as it was sent."""
    if raw and kind.startswith("multipart/"):
        return ["packed", _packed(name(raw.decode("latin-1")).encode("latin-1"))]
    return kept_body(raw, kind, name)


def sent_body(kept, fill):
    """Return the bytes to send; `fill` puts values for variables."""
    if kept is None:
        return b""
    kind, value = kept
    if kind == "json":
        return fill(json.dumps(value, ensure_ascii=False)).encode()
    if kind == "text":
        return fill(value).encode()
    return fill(unpacked(value).decode("latin-1")).encode("latin-1")


def _packed(raw):
    return b64encode(zlib.compress(raw, 9)).decode()


def unpacked(value):
    """Return the bytes that were packed."""
    return zlib.decompress(b64decode(value))


def plain_kind(kind):
    """Return a content type without the boundary, which is another each time."""
    return kind.partition(";")[0].strip() if "boundary" in kind else kind


def split_parts(raw, kind):
    """Yield the headers, by lower name, and the bytes of each part."""
    boundary = kind.partition("boundary=")[2].split(";")[0].strip().strip('"').encode()
    for piece in (b"\r\n" + raw).split(b"\r\n--" + boundary)[1:]:
        if piece.startswith(b"--"):
            return
        head, _, content = piece.partition(b"\r\n\r\n")
        lines = [line.decode().partition(":") for line in head.split(b"\r\n") if line]
        yield {key.strip().lower(): value.strip() for key, _, value in lines}, content


def _kept_part(part, name):
    headers, content = part
    return [headers, kept_body(content, headers.get("content-type", ""), name)]
