"""What makes spellings of one word equal: case, accents, ligatures and widths folded away."""

from unicodedata import category, normalize

_UNFOLDED_BY_UNICODE = str.maketrans(
    {
        "œ": "oe",
        "æ": "ae",
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "\u0131": "i",
        "\u2019": "'",
        "\u02bc": "'",
    }
)

UNSPACED = "\u3040-\u30fa\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\U00020000-\U0003ffff"
"""The scripts whose words no space parts, as ranges of a regular expression's character class."""


class _Folding(dict[int, str]):
    """Characters to what they fold to, worked out when one is first met."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _folded_character(chr(code))
        return folded


def _folded_character(character: str) -> str:
    wide = normalize("NFKC", character)
    if len(wide) == 1 and _is_whole(wide):
        return wide
    decomposed = normalize("NFKD", normalize("NFKD", character).casefold())
    kept = "".join(part for part in decomposed if not category(part).startswith("M"))
    return kept.translate(_UNFOLDED_BY_UNICODE)


def _is_whole(character: str) -> bool:
    """Tell kana, of which a voiced one is another letter, and syllables of Hangul."""
    letter = category(character) in {"Lo", "Lm"}
    return letter and ("\u3040" <= character <= "\u30ff" or "\uac00" <= character <= "\ud7a3")


_FOLDING = _Folding()


def folded(text: str) -> str:
    """Fold a text; spellings that differ in what is folded away become equal."""
    return text.lower() if text.isascii() else normalize("NFC", text).translate(_FOLDING)


def folded_with_places(text: str) -> tuple[str, list[int]]:
    """Fold a text that is in NFC; return also the place in it that each folded character is of."""
    parts = [_FOLDING[ord(character)] for character in text]
    places = [place for place, part in enumerate(parts) for _ in part]
    return "".join(parts), places
