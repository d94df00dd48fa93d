"""A library of files to import: names and sizes as people have them, the same in each run."""

import random
from dataclasses import dataclass
from pathlib import Path

_WORDS = ("holiday", "invoice", "report", "photo", "letter", "draft", "budget", "recipe", "trip")
_ENDINGS = ("jpg", "jpg", "txt", "md", "pdf", "docx", "xlsx", "png", "json", "mp3")
_LARGEST = 1 << 20
_IN_A_FOLDER = 100


@dataclass(frozen=True, slots=True)
class Shape:
    """How many files lie in one folder, how many below another, and how many elsewhere."""

    flat: int
    deep: int
    other: int

    @property
    def files(self) -> int:
        """All of them."""
        return self.flat + self.deep + self.other


def make_library(folder: Path, shape: Shape) -> int:
    """Write a library; return its size in bytes. Half of the files are smaller than 4 KiB."""
    chance = random.Random(shape.files)
    noise = chance.randbytes(2 * _LARGEST)
    total = 0
    for number in range(shape.files):
        path = folder / _place(number, shape) / _name(number, chance)
        if number % _IN_A_FOLDER == 0:
            path.parent.mkdir(parents=True, exist_ok=True)
        size = min(int(chance.lognormvariate(8.3, 1.1)), _LARGEST)
        start = chance.randrange(_LARGEST)
        path.write_bytes(number.to_bytes(8) + noise[start : start + size])
        total += size
    return total


def _place(number: int, shape: Shape) -> str:
    if number < shape.flat:
        return "flat"
    top = "deep" if number < shape.flat + shape.deep else "other"
    nth = number // _IN_A_FOLDER
    return f"{top}/{_WORDS[nth % len(_WORDS)]}/{_WORDS[nth % 7]} {nth}"


def _name(number: int, chance: random.Random) -> str:
    words = f"{chance.choice(_WORDS)} {chance.choice(_WORDS)}"
    return f"{words} {number:06}.{chance.choice(_ENDINGS)}"
