"""Hold our order of strings against ICU 72's: `python -m replication.query.tables.verify 100000`.

Compares every character with its neighbour in our order, and as many random pairs as asked for;
prints what differs, and exits with 1 when anything does. Needs the library of ICU 72, like
`generate`.
"""

import random
import sys
from collections.abc import Callable, Iterator
from itertools import pairwise

from replication.query.tables.icu import RootCollator
from replication.query.unicode_order import string_key

_SURROGATES = range(0xD800, 0xE000)
_CHARACTERS = [chr(point) for point in range(0x110000) if point not in _SURROGATES]
_LONGEST = 6
_BLOCKS = (
    *((0x0, 0x80), (0x80, 0x250), (0x250, 0x600), (0x600, 0xE00), (0xE00, 0x1000)),
    *((0xF71, 0xF85), (0xC46, 0xC57), (0x1000, 0x2000), (0x2000, 0x3040), (0x3040, 0x3400)),
    *((0x3400, 0xA000), (0xA000, 0xAC00), (0xAC00, 0xD800), (0xE000, 0x10000)),
    *((0x10000, 0x1F000), (0x1F000, 0x20000), (0x20000, 0x32400), (0xE0000, 0x110000)),
)

Pair = tuple[str, str]


def disagreements(collator: RootCollator, pairs: Iterator[Pair]) -> Iterator[Pair]:
    """Yield the pairs that ICU puts otherwise than their keys say."""
    for left, right in pairs:
        one, other = string_key(left), string_key(right)
        if (one > other) - (one < other) != collator.compare(left, right):
            yield left, right


def random_pairs(number: int, collator: RootCollator, chance: random.Random) -> Iterator[Pair]:
    """Yield pairs of short strings, most of them nearly alike, rich in what sorts oddly."""
    contractions = collator.contractions()
    marks = [text for text in _CHARACTERS if collator.combining_classes(text)[0]]
    sources: list[Callable[[], str]] = [
        *(lambda block=block: chr(chance.randrange(*block)) for block in _BLOCKS),
        *(lambda some=some: chance.choice(some) for some in (contractions, marks, marks)),
        lambda: chance.choice(contractions)[:1],
        lambda: chance.choice(contractions)[-1:],
        lambda: chance.choice("lL\u00b7\u0387\ufffe\uffff\ufffd0\u0660\u2460aA\uff41\u00e6"),
    ]
    for _ in range(number):
        some = chance.sample(sources, 3)
        left = [chance.choice(some)() for _ in range(chance.randrange(_LONGEST))]
        right = list(left)
        at = chance.randrange(len(left) + 1)
        right[at : at + chance.randrange(2)] = [chance.choice(sources)()]
        yield "".join(left), "".join(right)


def main(number: int) -> int:
    """Print what differs, and return the status to exit with."""
    collator = RootCollator()
    chance = random.Random()  # noqa: S311  # no secret
    in_order = sorted(_CHARACTERS + collator.contractions(), key=string_key)
    found = [
        *disagreements(collator, pairwise(in_order)),
        *disagreements(collator, random_pairs(number, collator, chance)),
    ]
    for left, right in found:
        sys.stdout.write(f"{left!a} {right!a}\n")
    sys.stdout.write(f"{len(in_order)} characters, {number} pairs: {len(found)} differ\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
