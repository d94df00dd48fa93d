"""A CouchDB and an S3 store, and the settings of a house that keeps its homes there."""

import os
from contextlib import contextmanager
from dataclasses import dataclass

from server.storage.settings import S3Settings
from tests.support.running_home import RunningHome
from tests.support.s3_servers import BUCKET, KEY, Moto

SECRETS = ("correct", KEY)


@dataclass
class Elsewhere:
    """Both servers; the CouchDB is Apache's where COUCHDB_URL has one."""

    couch: RunningHome
    s3: Moto

    @property
    def couchdb_url(self):
        return os.environ.get("COUCHDB_URL", self.couch.address_with_login)

    @property
    def settings(self):
        """What `Settings` takes."""
        s3 = S3Settings(BUCKET, self.s3.address, access_key=KEY, secret_key=KEY)
        return {"couchdb_url": self.couchdb_url, "s3": s3}

    @property
    def environment(self):
        """What a process takes."""
        return {
            "FOYER_COUCHDB_URL": self.couchdb_url,
            "FOYER_S3_BUCKET": BUCKET,
            "FOYER_S3_ENDPOINT": self.s3.address,
            "FOYER_S3_ACCESS_KEY": KEY,
            "FOYER_S3_SECRET_KEY": KEY,
        }


@contextmanager
def elsewhere(folder):
    """Start both, with what they keep in a folder."""
    folder.mkdir(exist_ok=True)
    with RunningHome(folder / "couch", command="couch") as couch, Moto(folder) as s3:
        yield Elsewhere(couch, s3)
