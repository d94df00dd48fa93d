"""What the page of a link says."""

from server.pages.words import Words

WORDS: Words = {
    "en": {
        "shared": "Shared with you",
        "folder": "Folder",
        "empty": "This folder is empty.",
        "download": "Download",
        "download_all": "Download all (ZIP)",
        "up": "Up to “{name}”",
        "locked": "This link has a password",
        "locked_how": "Whoever gave you the link knows it.",
        "password": "Password",
        "open": "Open",
        "wrong": "This is not the password. Try once more.",
        "over": "This link is over",
        "over_how": "It has ended, or what it led to is gone. Ask whoever gave it to you for "
        "another.",
        "more": "There is more; download all to have it.",
        "no_preview": "There is no preview of this kind of file.",
    },
    "fr": {
        "shared": "Partagé avec vous",
        "folder": "Dossier",
        "empty": "Ce dossier est vide.",
        "download": "Télécharger",
        "download_all": "Tout télécharger (ZIP)",
        "up": "Remonter à « {name} »",
        "locked": "Ce lien a un mot de passe",
        "locked_how": "La personne qui vous a donné le lien le connaît.",
        "password": "Mot de passe",
        "open": "Ouvrir",
        "wrong": "Ce n’est pas le mot de passe. Réessayez.",
        "over": "Ce lien n’est plus valable",
        "over_how": "Il a expiré, ou ce qu’il montrait n’existe plus. "
        "Demandez-en un autre à la personne qui vous l’a donné.",
        "more": "Il y en a davantage ; téléchargez tout pour l’avoir.",
        "no_preview": "Pas d’aperçu pour ce type de fichier.",
    },
}
