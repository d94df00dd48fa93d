from http import HTTPStatus

from defusedxml.ElementTree import fromstring

from webdav.message import XML_TYPE
from webdav.wire.multistatus import multistatus, property_row


async def pages(*rows):
    for page in rows:
        yield page


async def test_body_comes_in_pieces_and_is_one_document():
    row = property_row("/a", "<D:getetag>x</D:getetag>", "")
    response = multistatus(pages([row] * 500, [], [row] * 500), {"X": "y"})
    pieces = [piece async for piece in response.body]
    assert response.status is HTTPStatus.MULTI_STATUS
    assert response.headers == {"Content-Type": XML_TYPE, "X": "y"}
    assert len(pieces) > 1
    assert max(map(len, pieces)) < 70_000
    assert len(fromstring(b"".join(pieces))) == 1000


def test_row_tells_apart_what_is_there_and_what_is_not():
    wrapped = f'<a xmlns:D="DAV:">{property_row("/a", "<D:b/>", "<D:c/>")}</a>'
    statuses = [status.text for status in fromstring(wrapped).iter("{DAV:}status")]
    assert statuses == ["HTTP/1.1 200 OK", "HTTP/1.1 404 Not Found"]


def test_row_without_properties_still_has_a_propstat():
    assert property_row("/a", "", "").count("<D:propstat>") == 1
    assert property_row("/a", "", "<D:c/>").count("<D:propstat>") == 1
