"""What every page says, in each language; rooms bring catalogues of the same form for theirs."""

from collections.abc import Mapping

Words = Mapping[str, Mapping[str, str]]
"""Language to key to text; `{names}` in a text are facts that are put in."""

WORDS: Words = {
    "en": {
        "skip": "Skip to the content",
        "home": "Home",
        "back": "Back",
        "cancel": "Cancel",
        "legal": "Terms and legal notice",
        "error_400": "This request makes no sense here",
        "error_400_how": "Go back, reload the page, and try once more.",
        "error_401": "You are not signed in",
        "error_401_how": "Sign in, and come back.",
        "error_403": "This is not for you",
        "error_403_how": "You may not do this, or the page was open for too long. Reload it and "
        "try once more.",
        "error_404": "There is nothing here",
        "error_404_how": "The address is wrong, or what was here is gone.",
        "error_429": "Too many attempts",
        "error_429_how": "Wait a little, then try once more.",
        "error_500": "Something went wrong here",
        "error_500_how": "Nothing that was saved is lost. Try once more; if it goes on, tell "
        "whoever runs this server.",
        "error_503": "Not just now",
        "error_503_how": "The server is busy or being stopped. Try again in a moment.",
        "details": "What the server said",
    },
    "fr": {
        "skip": "Aller au contenu",
        "home": "Accueil",
        "back": "Retour",
        "cancel": "Annuler",
        "legal": "Conditions et mentions légales",
        "error_400": "Cette demande n’a pas de sens ici",
        "error_400_how": "Revenez en arrière, rechargez la page et recommencez.",
        "error_401": "Vous n’êtes pas connecté",
        "error_401_how": "Connectez-vous, puis revenez.",
        "error_403": "Ceci ne vous est pas ouvert",
        "error_403_how": "Vous n’en avez pas le droit, ou la page est restée ouverte trop "
        "longtemps. Rechargez-la et recommencez.",
        "error_404": "Il n’y a rien ici",
        "error_404_how": "L’adresse est fausse, ou ce qui s’y trouvait n’y est plus.",
        "error_429": "Trop d’essais",
        "error_429_how": "Attendez un peu, puis recommencez.",
        "error_500": "Quelque chose s’est mal passé ici",
        "error_500_how": "Rien de ce qui était enregistré n’est perdu. Recommencez ; si cela "
        "continue, prévenez la personne qui s’occupe de ce serveur.",
        "error_503": "Pas tout de suite",
        "error_503_how": "Le serveur est occupé ou s’arrête. Recommencez dans un instant.",
        "details": "Ce que le serveur a dit",
    },
}


def phrases(words: Words, language: str) -> dict[str, str]:
    """Return what a page may say: the words of its room over those of every page."""
    return {**WORDS[language], **words[language]}
