import pytest

from server.pages.language import language_of


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"),
        ("fr", "fr"),
        ("fr-CA, en;q=0.8", "fr"),
        ("en-GB, fr;q=0.9", "en"),
        ("de, fr;q=0.5, en;q=0.4", "fr"),
        ("fr;q=0", "en"),
        ("fr;q=2, ;;;, q=", "en"),
        ("*", "en"),
        ("FR", "fr"),
    ],
)
def test_the_language_that_a_browser_likes_best(accepted, language):
    assert language_of(accepted) == language


@pytest.mark.parametrize(
    ("locale", "language"), [("fr", "fr"), ("fr_FR", "fr"), ("EN-gb", "en"), ("de", "fr")]
)
def test_a_home_that_chose_its_language_keeps_to_it(locale, language):
    assert language_of("fr", locale) == language
