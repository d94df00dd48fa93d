"""What the page of a folder says."""

from server.pages.words import Words

WORDS: Words = {
    "en": {
        "files": "Files",
        "folder": "Folder",
        "empty": "This folder is empty.",
        "up": "Up",
        "more": "There is more: only the first {most} are shown here.",
        "connect": "Open it as a drive",
        "connect_how": "Give this address to a file manager, a phone app or an office suite that "
        "speaks WebDAV, with a password made for it.",
        "password": "Make a password",
        "davmount": "A file that opens it (davmount)",
    },
    "fr": {
        "files": "Fichiers",
        "folder": "Dossier",
        "empty": "Ce dossier est vide.",
        "up": "Remonter",
        "more": "Il y en a davantage : seuls les {most} premiers sont affichés ici.",
        "connect": "L’ouvrir comme un disque",
        "connect_how": "Donnez cette adresse à un gestionnaire de fichiers, une application "
        "mobile ou une suite bureautique qui parle WebDAV, avec un mot de passe fait pour cela.",
        "password": "Créer un mot de passe",
        "davmount": "Un fichier qui l’ouvre (davmount)",
    },
}
