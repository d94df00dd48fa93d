"""From a passphrase to what is sent in its place: Cozy's scheme, which is Bitwarden's (cozy.md B2).

The browser derives a master key, which opens the vault and never leaves it, and from that the login
hash, which is what signs in. So whoever runs the server learns neither passphrase nor master key.
"""

import unicodedata
from base64 import b64encode
from dataclasses import dataclass
from hashlib import pbkdf2_hmac

DEFAULT_ITERATIONS = 650_000
FEWEST_ITERATIONS = 50_000
MOST_ITERATIONS = 5_000_000
_KEY_LENGTH = 32


@dataclass(frozen=True, slots=True)
class Kdf:
    """How login hashes are derived: `salt` is `me@<domain>` of the day the passphrase was chosen.

    Without iterations the passphrase itself is what signs in, as in homes of older versions.
    """

    iterations: int = 0
    salt: str = ""


PLAIN = Kdf()


def check_iterations(iterations: int) -> None:
    """Raise ValueError for a number of iterations that is too small to protect, or to be borne."""
    if iterations and not FEWEST_ITERATIONS <= iterations <= MOST_ITERATIONS:
        raise ValueError(
            f"{iterations} iterations: {FEWEST_ITERATIONS} to {MOST_ITERATIONS} protect a "
            "passphrase, 0 sends it as it is"
        )


def salt_of(domain: str) -> str:
    """Return the salt of a home that is called so."""
    return f"me@{domain}"


def login_hash(passphrase: str, kdf: Kdf) -> str:
    """Return what signs in for a passphrase, in base64; takes tenths of a second."""
    if not kdf.iterations:
        return passphrase
    material = passphrase.encode("utf-8", "surrogatepass")
    master = pbkdf2_hmac("sha256", material, kdf.salt.encode(), kdf.iterations, _KEY_LENGTH)
    return b64encode(pbkdf2_hmac("sha256", master, material, 1, _KEY_LENGTH)).decode()


def login_hashes(passphrase: str, kdf: Kdf) -> list[str]:
    """Return all that may sign in for a passphrase as somebody typed it.

    One keyboard sends é as one character, another as two; browsers hash what they were given.
    """
    spellings = {passphrase: None, unicodedata.normalize("NFC", passphrase): None}
    return [login_hash(spelling, kdf) for spelling in spellings]
