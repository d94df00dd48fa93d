from datetime import UTC, datetime

import pytest

from server.office.config import Addresses, Editor, cozy_attributes, editor_config
from server.office.formats import format_of
from server.office.rights import OWNERS
from server.office.session import EditingSession

SESSION = EditingSession(
    key="ab" * 16,
    file_id="f",
    name="letter.docx",
    extension="docx",
    base_revision="1-a",
    base_blob="base",
    base_size=10,
    target_file="f",
    created_at=datetime(2026, 11, 23, tzinfo=UTC),
)
ADDRESSES = Addresses("https://home.example/c", "https://home.example/back?secret=s")


def config_for(name):
    editor = Editor("me", "Me", "fr")
    return editor_config(SESSION, format_of(name), name, ADDRESSES, editor, OWNERS)


def test_everything_that_the_document_server_holds_a_token_to():
    config = config_for("letter.docx")
    assert config.keys() == {"type", "document", "documentType", "editorConfig"}
    assert config["documentType"] == "word"
    document, editor = config["document"], config["editorConfig"]
    assert (document["key"], document["url"]) == (SESSION.key, ADDRESSES.content)
    assert (document["fileType"], document["title"]) == ("docx", "letter.docx")
    assert (editor["callbackUrl"], editor["mode"]) == (ADDRESSES.callback, "edit")
    assert (editor["user"], editor["lang"]) == ({"id": "me", "name": "Me"}, "fr")


@pytest.mark.parametrize(("name", "mode"), [("a.docx", "edit"), ("a.doc", "view")])
def test_what_could_not_be_saved_back_is_opened_to_read(name, mode):
    config = config_for(name)
    may = {"edit", "comment", "review", "fillForms"}
    assert config["editorConfig"]["mode"] == mode
    assert {config["document"]["permissions"][verb] for verb in may} == {mode == "edit"}


def test_to_read_there_is_a_callback_address_too():
    assert config_for("a.doc")["editorConfig"]["callbackUrl"] == ADDRESSES.callback


def test_cozy_applications_find_the_editor_under_their_own_name():
    config = config_for("letter.docx")
    attributes = cozy_attributes(config, "token", "https://office.example")
    assert attributes == {
        "url": "https://office.example",
        "token": "token",
        "type": "desktop",
        "documentType": "word",
        "document": config["document"],
        "editor": config["editorConfig"],
    }
