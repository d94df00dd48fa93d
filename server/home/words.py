"""What the home page says, in each language it speaks."""

from server.pages.words import Words

WORDS: Words = {
    "en": {
        "title": "Your home, at your own place",
        "devices": "Devices",
        "security": "Security",
        "intro": "Documents and files of {owner}, kept on this machine, "
        "open to the applications you already have.",
        "files": "Files",
        "files_open": "Browse the files",
        "files_intro": "Or mount them as a drive. The address is the same everywhere:",
        "mac": "In the Finder: Go, Connect to Server (⌘K), then the address.",
        "windows": "In the Explorer: This PC, Map network drive, then the address. Windows sends "
        "passwords over https only.",
        "linux_gnome": "In Files: Network, then",
        "linux_kde": "In Dolphin, the address bar:",
        "phone": "Android, iPhone",
        "phone_how": "In any application that speaks WebDAV, with the address of this home over "
        "https.",
        "command_line": "Command line",
        "documents": "Documents",
        "documents_intro": "Each kind of document is a database that replicates with CouchDB, "
        "PouchDB, and all that speaks their protocol. Files are documents too, under "
        "io.cozy.files.",
        "office": "Office",
        "office_on": "Documents open in ONLYOFFICE at",
        "office_off": "No ONLYOFFICE Document Server is configured. The settings office.server and "
        "office.secret connect one.",
        "password": "your password",
        "login": "Programs log in as {owner}, each with an app password that you make under "
        "Devices.",
        "address": "Address",
    },
    "fr": {
        "title": "Votre foyer numérique, chez vous",
        "devices": "Appareils",
        "security": "Sécurité",
        "intro": "Les documents et fichiers de {owner}, gardés sur cette machine, "
        "ouverts aux applications que vous avez déjà.",
        "files": "Fichiers",
        "files_open": "Parcourir les fichiers",
        "files_intro": "Ou montez-les comme un disque. L’adresse est partout la même :",
        "mac": "Dans le Finder : Aller, Se connecter au serveur (⌘K), puis l’adresse.",
        "windows": "Dans l’Explorateur : Ce PC, Connecter un lecteur réseau, puis l’adresse. "
        "Windows n’envoie de mot de passe que par https.",
        "linux_gnome": "Dans Fichiers : Réseau, puis",
        "linux_kde": "Dans Dolphin, la barre d’adresse :",
        "phone": "Android, iPhone",
        "phone_how": "Dans toute application qui parle WebDAV, avec l’adresse de ce foyer par "
        "https.",
        "command_line": "Ligne de commande",
        "documents": "Documents",
        "documents_intro": "Chaque sorte de documents est une base qui se réplique avec CouchDB, "
        "PouchDB et tout ce qui parle leur protocole. Les fichiers sont aussi des documents, sous "
        "io.cozy.files.",
        "office": "Bureautique",
        "office_on": "Les documents s’ouvrent dans ONLYOFFICE à l’adresse",
        "office_off": "Aucun Document Server ONLYOFFICE n’est configuré. Les réglages "
        "office.server et office.secret en branchent un.",
        "password": "votre mot de passe",
        "login": "Les programmes s’identifient comme {owner}, chacun avec un mot de passe "
        "d’application que vous créez sous Appareils.",
        "address": "Adresse",
    },
}
