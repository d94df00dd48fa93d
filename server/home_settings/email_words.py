"""The letter that asks whether a new mail address is the owner's: subject and text."""

from collections.abc import Mapping

LETTERS: Mapping[str, tuple[str, str]] = {
    "en": (
        "Is this your address for {host}?",
        """Hello {name},

Somebody asked that mail of {host} goes to this address. If that is you, confirm it within a day:

    {link}

If it is not, nothing needs to be done.
""",
    ),
    "fr": (
        "Est-ce votre adresse pour {host} ?",
        """Bonjour {name},

Quelqu’un a demandé que les courriels de {host} arrivent à cette adresse. Si c’est vous,
confirmez-la dans la journée :

    {link}

Sinon, il n’y a rien à faire.
""",
    ),
}
