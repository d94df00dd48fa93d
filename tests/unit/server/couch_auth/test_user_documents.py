import pytest

from server.couch_auth.errors import Forbidden
from server.couch_auth.user import ANONYMOUS, User
from server.couch_auth.user_documents import check_document, check_writer

ID = "org.couchdb.user:jan"
SOUND = {"name": "jan", "type": "user", "roles": ["gardener"]}
JAN = User("jan")


@pytest.mark.parametrize("more", [{}, {"password": "x"}, {"roles": ["_metrics"]}, {"extra": 1}])
def test_sound_documents(more):
    check_document(ID, {**SOUND, **more})


@pytest.mark.parametrize(
    ("document_id", "more", "reason"),
    [
        (ID, {"type": "person"}, "doc.type must be user"),
        (ID, {"name": ""}, "doc.name is required"),
        (ID, {"name": 5}, "doc.name is required"),
        (ID, {"roles": None}, "doc.roles must exist"),
        (ID, {"roles": "a"}, "doc.roles must be an array"),
        (ID, {"roles": [1]}, "doc.roles can only contain strings"),
        (ID, {"roles": ["_admin"]}, "No system roles (starting with underscore) in users db."),
        ("jan", {}, "Doc ID must be of the form org.couchdb.user:name"),
        ("org.couchdb.user:_x", {"name": "_x"}, "Username may not start with underscore."),
        ("org.couchdb.user:a:b", {"name": "a:b"}, "Character `:` is not allowed in usernames."),
        (ID, {"password": 5}, "doc.password must be a string."),
        (ID, {"password_sha": "x"}, "Users with password_sha must have a salt."),
        (ID, {"password_scheme": "rot13"}, "Password scheme `rot13` not supported."),
        (ID, {"password_scheme": "pbkdf2"}, "iterations must be a number."),
        (
            ID,
            {"password_scheme": "pbkdf2", "iterations": 10},
            "derived_key must be a string.",
        ),
        (
            ID,
            {"password_scheme": "pbkdf2", "iterations": 10**9, "derived_key": ""},
            "iterations must be between 1 and 2000000.",
        ),
    ],
)
def test_what_is_no_user_document(document_id, more, reason):
    with pytest.raises(Forbidden) as refused:
        check_document(document_id, {**SOUND, **more})
    assert refused.value.reason == reason


def test_who_may_write_what():
    check_writer(ANONYMOUS, None, {**SOUND, "roles": []})
    check_writer(JAN, SOUND, {**SOUND, "extra": 1})
    for user, old, new, reason in (
        (ANONYMOUS, None, SOUND, "Only _admin may set roles"),
        (ANONYMOUS, SOUND, SOUND, "You may only update your own user document."),
        (User("eva"), SOUND, SOUND, "You may only update your own user document."),
        (JAN, SOUND, {**SOUND, "roles": []}, "Only _admin may edit roles"),
    ):
        with pytest.raises(Forbidden) as refused:
            check_writer(user, old, new)
        assert refused.value.reason == reason
