"""The code that a person carries from a device to a browser (RFC 8628 6.1). Pure."""

from collections.abc import Callable

LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
"""No vowels, so that it spells nothing; no digits to take for letters."""
LENGTH = 8
_HALF = LENGTH // 2
_FAIR = 256 - 256 % len(LETTERS)


def new_user_code(random: Callable[[int], bytes]) -> str:
    """Return a random code, without its dash: 34 bits, good for minutes and for the owner alone."""
    letters = ""
    while len(letters) < LENGTH:
        letters += "".join(LETTERS[byte % len(LETTERS)] for byte in random(LENGTH) if byte < _FAIR)
    return letters[:LENGTH]


def read_user_code(typed: str) -> str:
    """Return a code as it was typed, without dashes and spaces; empty for what can be none."""
    letters = "".join(letter for letter in typed.upper() if letter.isalnum())
    return letters if len(letters) == LENGTH and set(letters) <= set(LETTERS) else ""


def shown_user_code(code: str) -> str:
    """Return a code as it is shown: `WDJB-MJHT`."""
    return f"{code[:_HALF]}-{code[_HALF:]}"
