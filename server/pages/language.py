"""Which of our languages a page is shown in: the home's own, or the one a browser likes best."""

import re

LANGUAGES = ("en", "fr")
DEFAULT = "en"

_RANGE = re.compile(
    r"\s*([A-Za-z]{1,8}|\*)(?:-[A-Za-z0-9-]+)?\s*(?:;\s*q=([01](?:\.\d{0,3})?))?\s*"
)


def language_of(accepted: str, locale: str = "") -> str:
    """Return the language of a page.

    That is the home's `locale` if it has chosen one of ours, else what an Accept-Language header
    likes best (RFC 9110 12.5.4). What cannot be read, and what names none of ours, gets English.
    """
    chosen = re.split("[-_]", locale.lower())[0]
    if chosen in LANGUAGES:
        return chosen
    best, weight = DEFAULT, 0.0
    for part in accepted.split(","):
        found = _RANGE.fullmatch(part)
        if found is None:
            continue
        name, liking = found[1].lower(), float(found[2] or 1)
        if name in LANGUAGES and liking > weight:
            best, weight = name, liking
    return best
