"""A line to a server that speaks S3, on which a test breaks what it likes."""

from xml.sax.saxutils import escape

from aiohttp import web

from replication.blobs.s3.bucket import S3Account
from tests.support.faulty_line import FaultyLine
from tests.support.s3_servers import BUCKET


def refusal(status, code):
    """Return an answer as S3 gives it when it will not."""
    body = f"<Error><Code>{escape(code)}</Code><Message>{escape(code)}</Message></Error>"
    return web.Response(status=status, text=body, content_type="application/xml")


class FaultyS3(FaultyLine):
    """Such a line, and the account that goes by it."""

    def __init__(self, behind):
        super().__init__(behind.address)

    @property
    def account(self):
        return S3Account(bucket=BUCKET, endpoint=self.address, access_key="k", secret_key="hidden")
