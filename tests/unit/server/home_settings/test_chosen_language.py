"""A language is chosen by who names another, or says that none of the browser's is followed."""

import pytest

from server.home_settings.chosen_language import chosen_locale


@pytest.mark.parametrize(
    ("stands", "sent", "chosen"),
    [
        ("", {"locale": "en", "follows_browser": False}, "en"),
        ("", {"locale": "en", "follows_browser": True}, ""),
        ("", {"locale": "en"}, ""),  # an application that sends back what it read
        ("", {"locale": "fr", "follows_browser": True}, "fr"),  # and one that changed the language
        ("", {"locale": "fr"}, "fr"),
        ("", {"follows_browser": False}, "en"),
        ("fr", {"locale": "fr", "follows_browser": True}, ""),
        ("fr", {"locale": "fr"}, "fr"),
        ("fr", {}, "fr"),
        ("fr", {"locale": "en"}, "en"),
        ("en", {"locale": "en", "follows_browser": "yes"}, "en"),
        ("en", {"locale": 7}, "en"),
        ("en", {"locale": "x" * 65}, "en"),
    ],
)
def test_the_locale_after_settings_were_written(stands, sent, chosen):
    assert chosen_locale(stands, stands or "en", sent) == chosen
