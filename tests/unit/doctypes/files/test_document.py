from datetime import UTC, datetime, timedelta, timezone

import pytest

from doctypes.files.authors import Author, OAuthClient
from doctypes.files.document import Stamp, first_metadata, next_metadata, uploaded, written

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (NOW, "2026-11-23T12:00:00Z"),
        (NOW.replace(tzinfo=None), "2026-11-23T12:00:00Z"),
        (NOW.astimezone(timezone(timedelta(hours=5, minutes=30))), "2026-11-23T12:00:00Z"),
        (NOW.replace(microsecond=120), "2026-11-23T12:00:00.000120Z"),
    ],
)
def test_a_moment_is_written_in_utc(moment, text):
    assert written(moment) == text


def test_an_editor_signs_once_and_last():
    fields = {"cozyMetadata": first_metadata(Stamp(NOW, Author("web")))}
    for editor in ("office", "web"):
        fields = {"cozyMetadata": next_metadata(fields, Stamp(NOW, Author(editor)))}
    signed = fields["cozyMetadata"]
    assert [app["slug"] for app in signed["updatedByApps"]] == ["office", "web"]
    assert signed["createdByApp"] == "web"


def test_a_program_signs_with_its_version_its_device_and_the_home():
    client = OAuthClient("c1", "desktop", "Twake Desktop (laptop)")
    stamp = Stamp(NOW, Author("cozy-desktop", "5.5.0", client), "https://alice.example/")
    signed = uploaded(first_metadata(stamp), stamp)
    assert signed == {
        "doctypeVersion": "1",
        "metadataVersion": 1,
        "createdAt": written(NOW),
        "createdByApp": "cozy-desktop",
        "createdByAppVersion": "5.5.0",
        "createdOn": "https://alice.example/",
        "updatedAt": written(NOW),
        "updatedByApps": [
            {
                "slug": "cozy-desktop",
                "date": written(NOW),
                "version": "5.5.0",
                "instance": "https://alice.example/",
            }
        ],
        "uploadedAt": written(NOW),
        "uploadedBy": {
            "slug": "cozy-desktop",
            "version": "5.5.0",
            "oauthClient": {"id": "c1", "kind": "desktop", "name": "Twake Desktop (laptop)"},
        },
        "uploadedOn": "https://alice.example/",
    }


def test_an_editor_of_another_home_signs_beside():
    here = Stamp(NOW, Author("web"), "https://a.example/")
    there = Stamp(NOW, Author("web"), "https://b.example/")
    fields = {"cozyMetadata": next_metadata({"cozyMetadata": first_metadata(here)}, there)}
    assert len(next_metadata(fields, here)["updatedByApps"]) == 2


def test_nobody_signs_nothing():
    metadata = uploaded(first_metadata(Stamp(NOW)), Stamp(NOW))
    assert "updatedByApps" not in metadata
    assert "uploadedBy" not in metadata


@pytest.mark.parametrize("odd", [None, "text", [], {"updatedByApps": "x"}, {"updatedByApps": [1]}])
def test_metadata_of_another_shape_is_survived(odd):
    metadata = next_metadata({"cozyMetadata": odd}, Stamp(NOW, Author("web")))
    assert metadata["updatedByApps"][-1] == {"slug": "web", "date": written(NOW)}


def test_an_upload_by_nobody_does_not_keep_the_last_ones_name():
    first = uploaded({}, Stamp(NOW, Author("web")))
    assert "uploadedBy" not in uploaded(first, Stamp(NOW))
