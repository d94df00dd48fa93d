"""The order of views with `"collation": "raw"`: that of Erlang's terms.

Numbers, false, null, true, objects, arrays, strings by their bytes (the CouchDB documentation's
"Raw collation"). Keys are bytes, as those of `replication.query.sort_key` are.
"""

from replication.query.number_key import number_key
from replication.query.sort_key import Json

_ATOMS = {False: b"\x10", None: b"\x11", True: b"\x12"}
_OBJECT, _ARRAY, _STRING, _END = b"\x20", b"\x30", b"\x40", b"\x00"


def raw_key(value: Json) -> bytes:
    """Return the key of a JSON value in raw order."""
    if value is None or isinstance(value, bool):
        return _ATOMS[value]
    if isinstance(value, int | float):
        return number_key(value)
    if isinstance(value, str):
        escaped = value.encode("utf-8", "surrogatepass").replace(b"\x00", b"\x00\xff")
        return _STRING + escaped + b"\x00\x01"
    if isinstance(value, list):
        return _ARRAY + b"".join(map(raw_key, value)) + _END
    members = (raw_key(name) + raw_key(member) for name, member in value.items())
    return _OBJECT + b"".join(members) + _END
