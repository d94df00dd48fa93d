from base64 import b64encode
from hashlib import sha256

import pytest

from server.pages.look import OURS, Look
from server.pages.page import Sheet, policy, rendered

BLANK = Sheet("pages/error.html", {"en": {}, "fr": {}}, {"status": 404, "kind": 404, "reason": "-"})
FACTS = {"host": "home.example", "csrf_token": ""}


def test_a_look_gives_its_name_picture_colours_and_terms():
    look = Look("Maison", "/public/logo.svg", "#0055aa", "#88bbff", legal="https://terms.example/")
    html = rendered(BLANK, "fr", look, FACTS)
    assert "Maison" in html
    assert "/public/logo.svg" in html
    assert "https://terms.example/" in html
    assert f"<style>{look.style}</style>" in html
    digest = b64encode(sha256(look.style.encode()).digest()).decode()
    assert f"style-src 'self' 'sha256-{digest}'" in policy(BLANK, look)


def test_our_own_look_has_no_style_inside_the_page():
    assert "<style>" not in rendered(BLANK, "en", OURS, FACTS)
    assert "sha256" not in policy(BLANK, OURS)


@pytest.mark.parametrize("colour", ["red", "#fff", "#12345g", "#000000}body{display:none"])
def test_a_colour_that_is_none_is_refused(colour):
    with pytest.raises(ValueError, match="not a colour"):
        Look(accent=colour)


@pytest.mark.parametrize(
    ("accent", "letters"), [("#ffee00", "#171412"), ("#000080", "#ffffff"), ("#a8401a", "#ffffff")]
)
def test_letters_on_a_button_can_be_read(accent, letters):
    assert f"--on-ember:{letters}" in Look(accent=accent).style
