"""What the letters of signing in say: subject and text, in each language."""

from collections.abc import Mapping

LETTERS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "en": {
        "mention": (
            "{who} mentions you in {file}",
            """Hello {name},

{who} mentions you in a comment of "{file}" at {host}:

    {message}

The document: https://{host}/office/{id}/edit
""",
        ),
        "code": (
            "{code} is your code for {host}",
            """Hello {name},

Somebody signs in at {host} with your passphrase, and needs this code:

    {code}

It is good for ten minutes. If that is not you, somebody knows your passphrase: change it.
""",
        ),
        "activation": (
            "{code} turns codes by mail on at {host}",
            """Hello {name},

From now on, signing in at {host} is to take a code that is mailed to this address. Type this one
to show that letters arrive:

    {code}

It is good for ten minutes. If you did not ask for it, somebody is signed in as you: change your
passphrase.
""",
        ),
        "reset": (
            "A new passphrase for {host}",
            """Hello {name},

Somebody asked for a new passphrase at {host}. If that is you, choose it here, within half an hour:

    {link}

If it is not, nothing needs to be done: this link is all they would need, and only you have it.
""",
        ),
        "hint": (
            "Your hint for {host}",
            """Hello {name},

You asked for the hint to your passphrase at {host}:

    {hint}

If it does not help, the page for signing in leads to a new passphrase.
""",
        ),
        "changed": (
            "Your passphrase at {host} was changed",
            """Hello {name},

The passphrase of {host} was changed just now, and all other sessions were ended. Devices stay
connected.

If that was not you, ask for a new passphrase on the page for signing in, at once.
""",
        ),
    },
    "fr": {
        "mention": (
            "{who} vous mentionne dans {file}",
            """Bonjour {name},

{who} vous mentionne dans un commentaire de « {file} » chez {host} :

    {message}

Le document : https://{host}/office/{id}/edit
""",
        ),
        "code": (
            "{code} est votre code pour {host}",
            """Bonjour {name},

Quelqu’un se connecte à {host} avec votre phrase de passe, et a besoin de ce code :

    {code}

Il est valable dix minutes. Si ce n’est pas vous, quelqu’un connaît votre phrase de passe :
changez-la.
""",
        ),
        "activation": (
            "{code} active les codes par courriel sur {host}",
            """Bonjour {name},

Désormais, se connecter à {host} demandera un code envoyé à cette adresse. Tapez celui-ci pour
montrer que les lettres arrivent :

    {code}

Il est valable dix minutes. Si vous n’avez rien demandé, quelqu’un est connecté à votre place :
changez votre phrase de passe.
""",
        ),
        "reset": (
            "Une nouvelle phrase de passe pour {host}",
            """Bonjour {name},

Quelqu’un a demandé une nouvelle phrase de passe pour {host}. Si c’est vous, choisissez-la ici,
dans la demi-heure :

    {link}

Sinon, il n’y a rien à faire : il faudrait ce lien, et vous seul l’avez.
""",
        ),
        "hint": (
            "Votre indice pour {host}",
            """Bonjour {name},

Vous avez demandé l’indice de votre phrase de passe sur {host} :

    {hint}

S’il ne suffit pas, la page de connexion mène à une nouvelle phrase de passe.
""",
        ),
        "changed": (
            "Votre phrase de passe sur {host} a changé",
            """Bonjour {name},

La phrase de passe de {host} vient d’être changée, et toutes les autres sessions sont fermées. Les
appareils restent connectés.

Si ce n’était pas vous, demandez tout de suite une nouvelle phrase de passe sur la page de
connexion.
""",
        ),
    },
}
