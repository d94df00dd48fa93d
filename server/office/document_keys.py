"""Document keys: random, and marked with the home that they are of.

A Document Server may serve many homes, and names what it kept by the key alone: the mark leads to
the home without opening any.
"""

from hashlib import sha256

MARK = 12


def mark_of(host: str) -> str:
    """Return the mark of a home's name."""
    return sha256(f"office {host}".encode()).hexdigest()[:MARK]


def marked(host: str, random: str) -> str:
    """Return the key of a home: 24 to 64 hexadecimal digits, as many after the mark as given."""
    return mark_of(host) + random
