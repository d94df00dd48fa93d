"""Which language a home has chosen, after its settings were written whole: pure.

Cozy's settings name a language always, so its applications send `en` back for a home that has
chosen none. `follows_browser` tells the two apart: the pages of such a home come in the language
that each browser likes best.
"""

from collections.abc import Mapping
from typing import Any

FOLLOWS = "follows_browser"
_LONGEST = 64
"""Characters of a language (BCP 47 asks for 35)."""


def chosen_locale(stands: str, shown: str, sent: Mapping[str, Any]) -> str:
    """Return the locale that a home has from now on, empty for none.

    `stands` is the one it had chosen, `shown` the one that its settings named. Another one than
    that is a choice; the same one is a choice only of who says that the home follows no browser.
    """
    found = sent.get("locale")
    named = found if isinstance(found, str) and 0 < len(found) <= _LONGEST else shown
    if named != shown:
        return named
    match sent.get(FOLLOWS):
        case True:
            return ""
        case False:
            return named
        case _:
            return stands
