"""What is asked for, in words."""

import pytest

from doctypes.permissions.scope import parse_scope
from server.oauth.consent import Line, lines_of, only_reads, sends_mail
from server.oauth.doctype_words import LABELS, label_of
from server.oauth.words import WORDS
from server.pages.language import LANGUAGES


def test_rules_of_one_type_are_one_line():
    permissions = parse_scope("io.cozy.files:GET io.cozy.files:POST,DELETE io.cozy.files:PUT:a,b")
    label = "Your files and folders"
    assert lines_of(permissions, "en") == [
        Line(label, "io.cozy.files", ("sees", "adds", "deletes")),
        Line(label, "io.cozy.files", ("changes",), ("a", "b")),
    ]


@pytest.mark.parametrize(
    ("doctype", "label"),
    [
        ("io.cozy.files", "Vos fichiers et dossiers"),
        ("io.cozy.bank.operations", "Vos comptes et opérations bancaires"),
        ("io.cozy.bank.*", "Vos comptes et opérations bancaires"),
        ("com.bitwarden.ciphers", "Vos mots de passe, chiffrés"),
        ("io.cozy.unheard.of", "io.cozy.unheard.of"),
        ("org.example", "org.example"),
    ],
)
def test_types_go_by_their_family(doctype, label):
    assert label_of(doctype, "fr") == label


def test_what_cozys_desktop_client_asks_for():
    scope = (
        "io.cozy.files io.cozy.settings:GET:io.cozy.settings.disk-usage "
        "io.cozy.jobs:POST:sendmail:worker"
    )
    asked = [(line.label, line.does, line.only) for line in lines_of(parse_scope(scope), "en")]
    assert asked == [
        ("How much room is taken", ("sees",), ()),
        ("Your files and folders", ("sees", "adds", "changes", "deletes"), ()),
    ]


def test_what_is_only_looked_at():
    assert only_reads(parse_scope("io.cozy.files:GET io.cozy.bills:GET:a"))
    assert not only_reads(parse_scope("io.cozy.files:GET io.cozy.bills"))
    assert not only_reads(parse_scope("*"))


def test_who_could_send_mail():
    assert sends_mail(parse_scope("io.cozy.jobs:POST:sendmail:worker"))
    assert not sends_mail(parse_scope("io.cozy.jobs:POST:thumbnail:worker"))


def test_both_languages_say_all():
    assert set(WORDS) == set(LANGUAGES)
    assert set(WORDS["en"]) == set(WORDS["fr"])
    assert all(english and french for english, french in LABELS.values())
