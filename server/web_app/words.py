"""What the web app's page says where no script runs; the app brings its own words."""

from server.pages.words import Words

WORDS: Words = {
    "en": {
        "no_script": "The app needs JavaScript. Your files are also here without it:",
        "connect": "Connect a computer or phone",
        "files": "Browse the files",
    },
    "fr": {
        "no_script": "L’application a besoin de JavaScript. Vos fichiers sont aussi là sans lui :",
        "connect": "Connecter un ordinateur ou un téléphone",
        "files": "Parcourir les fichiers",
    },
}
