import base64
import hashlib
import zlib

import pytest

from webdav.message import BodyIncomplete
from webdav.model.errors import BadRequest
from webdav.wire.integrity import matching, parse_checksums, whole

CONTENT = [b"one ", b"", b"two"]
SUM = b"one two"


async def body():
    for piece in CONTENT:
        yield piece


async def read(pieces):
    return b"".join([piece async for piece in pieces])


def base(name):
    return base64.b64encode(hashlib.new(name, SUM).digest()).decode()


@pytest.mark.parametrize("length", [None, len(SUM)])
async def test_body_of_its_length_passes(length):
    assert await read(whole(body(), length)) == SUM


@pytest.mark.parametrize("length", [0, 5, len(SUM) - 1, len(SUM) + 1])
async def test_body_of_another_length_is_not_whole(length):
    with pytest.raises(BodyIncomplete):
        await read(whole(body(), length))


@pytest.mark.parametrize(
    "headers",
    [
        {"oc-checksum": f"SHA1:{hashlib.sha1(SUM).hexdigest()}"},
        {"oc-checksum": f"md5:{hashlib.md5(SUM).hexdigest().upper()}"},
        {"oc-checksum": f"Adler32:{zlib.adler32(SUM):08x}"},
        {"content-md5": base("md5")},
        {"content-digest": f"sha-512=:{base('sha512')}:, sha-256=:{base('sha256')}:"},
        {"repr-digest": f"crc=:AAAA:,sha-256=:{base('sha256')}:"},
    ],
)
async def test_body_must_have_the_checksums_it_came_with(headers):
    checksums = parse_checksums(headers)
    assert checksums
    assert await read(matching(body(), checksums)) == SUM
    with pytest.raises(BadRequest):
        await read(
            matching(whole(body(), None), parse_checksums(headers | {"content-md5": "AAAA"}))
        )


@pytest.mark.parametrize("headers", [{}, {"oc-checksum": "CRC7:ab"}, {"content-digest": "x=:AA:"}])
def test_unknown_checksums_are_passed_over(headers):
    assert parse_checksums(headers) == ()


@pytest.mark.parametrize("headers", [{"oc-checksum": "MD5:xy"}, {"content-md5": "=a"}])
def test_unreadable_checksums_are_refused(headers):
    with pytest.raises(BadRequest):
        parse_checksums(headers)
