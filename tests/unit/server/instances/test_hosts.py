import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.instances.hosts import app_host, host_name, readings


def meant(name, homes):
    return next((found for found in readings(name) if found[0] in homes), None)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("ann.example", ("ann.example", "")),
        ("notes.ann.example", ("ann.example", "notes")),
        ("ann-notes.example", ("ann.example", "notes")),
        ("my-home-notes.example", ("my-home.example", "notes")),
        ("ann-my-app.example", ("ann.example", "my-app")),
        ("notes.localhost", ("localhost", "notes")),
        ("a.b.ann.example", None),
        ("ann.example.evil", None),
        ("-notes.example", None),
        ("ann-.example", None),
        ("example", None),
        ("", None),
    ],
)
def test_a_name_is_read(name, found):
    assert meant(name, {"ann.example", "my-home.example", "localhost"}) == found


def test_the_home_itself_comes_before_an_application():
    homes = {"example", "ann.example", "ann-notes.example"}
    assert meant("ann.example", homes) == ("ann.example", "")
    assert meant("ann-notes.example", homes) == ("ann-notes.example", "")


LABEL = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?", fullmatch=True)


@given(LABEL, LABEL, LABEL, st.booleans())
def test_the_name_of_an_application_leads_back_to_its_home(first, rest, slug, flat):
    domain = f"{first}.{rest}.example"
    assert meant(app_host(domain, slug, flat=flat), {domain}) == (domain, slug)


@given(st.text(max_size=60))
def test_any_header_is_read_without_harm(text):
    names = list(readings(host_name(text)))
    assert len(names) == len(set(names))
    assert all("-" in text or "." in text for _, slug in names if slug)
