"""What the commands say, in English and in French; the environment's LANG chooses."""

from server.settings import language

_MESSAGES: dict[str, tuple[str, str]] = {
    "program": (
        "Foyer: a personal cloud in one process. Documents that replicate, files over WebDAV, "
        "office editing.\n\nStart with `foyer serve`: it makes a home if there is none, and "
        "prints how to reach it.",
        "Foyer : un nuage personnel en un seul processus. Des documents qui se répliquent, des "
        "fichiers en WebDAV, la bureautique.\n\nCommencez par `foyer serve` : la commande crée un "
        "foyer s’il n’y en a pas, et dit comment l’atteindre.",
    ),
    "serve": (
        "Serve the homes of a data folder.\n\nMakes the home `localhost` if there is none, and "
        "prints its address, login and password. Ctrl-C stops it; starting again finds everything "
        "as it was.\n\nSettings: these options, then FOYER_* variables, then foyer.toml in the "
        "data folder. The first owner's password is FOYER_OWNER_PASSWORD, or a random one.",
        "Sert les foyers d’un dossier de données.\n\nCrée le foyer `localhost` s’il n’y en a pas, "
        "et affiche son adresse, son identifiant et son mot de passe. Ctrl-C l’arrête ; au "
        "démarrage suivant, tout est là.\n\nRéglages : ces options, puis les variables FOYER_*, "
        "puis foyer.toml dans le dossier. Le premier mot de passe est FOYER_OWNER_PASSWORD, ou "
        "tiré au hasard.",
    ),
    "couch": (
        "Serve the documents alone, as a CouchDB at `/`, for PouchDB and the like.\n\nThe "
        "administrator is `admin`; options and settings are those of `serve`.",
        "Sert les documents seuls, comme un CouchDB à la racine, pour PouchDB et ses "
        "semblables.\n\nL’administrateur est `admin` ; options et réglages comme `serve`.",
    ),
    "instance": ("Add homes to a data folder, and list them.", "Ajoute et liste les foyers."),
    "instance_add": (
        "Make a home that answers to DOMAIN.\n\nIts owner's password is FOYER_OWNER_PASSWORD, or a "
        "random one that is printed. The server of this folder must be stopped.",
        "Crée un foyer qui répond au nom DOMAIN.\n\nLe mot de passe est FOYER_OWNER_PASSWORD, ou "
        "tiré au hasard et affiché. Le serveur de ce dossier doit être arrêté.",
    ),
    "instance_list": (
        "List the homes: domain, other names, owner.",
        "Liste les foyers : domaine, autres noms, propriétaire.",
    ),
    "password": (
        "Change the password of a home's owner.\n\nAsks for the new one; with --generate makes and "
        "prints a random one. The server of this folder must be stopped.",
        "Change le mot de passe du propriétaire d’un foyer.\n\nDemande le nouveau ; avec "
        "--generate, en tire un au hasard et l’affiche. Le serveur de ce dossier doit être arrêté.",
    ),
    "version": ("Print the version.", "Affiche la version."),
    "option_dir": ("Data folder.", "Dossier de données."),
    "option_host": ("Address to listen on [127.0.0.1].", "Adresse d’écoute [127.0.0.1]."),
    "option_port": ("Port to listen on [8080].", "Port d’écoute [8080]."),
    "option_config": (
        "Settings file, instead of foyer.toml in the data folder.",
        "Fichier de réglages, au lieu de foyer.toml dans le dossier de données.",
    ),
    "option_owner": ("Login name of the owner.", "Identifiant du propriétaire."),
    "option_alias": ("Another name that the home answers to.", "Autre nom du foyer."),
    "option_instance": ("Domain of the home.", "Domaine du foyer."),
    "option_generate": ("Make a random password.", "Tire un mot de passe au hasard."),
    "new_password": ("New password", "Nouveau mot de passe"),
    "repeat_password": ("Once more", "Encore une fois"),
    "password_short": (
        "a password has at least {length} characters",
        "un mot de passe a au moins {length} caractères",
    ),
    "password_changed": (
        "The password of {owner} at {domain} is changed.",
        "Le mot de passe de {owner} pour {domain} est changé.",
    ),
    "password_is": ("Password  {password}", "Mot de passe  {password}"),
    "instance_made": ("{domain} is made; its owner is {owner}.", "{domain} est créé pour {owner}."),
    "no_instances": ("no home in {folder} yet", "pas encore de foyer dans {folder}"),
    "port_taken": (
        "port {port} on {host} is taken by another program; choose one with {option}",
        "le port {port} sur {host} est pris par un autre programme ; choisissez-en un avec "
        "{option}",
    ),
    "address_unusable": (
        "cannot listen on {host} port {port}: {why}",
        "impossible d’écouter sur {host} port {port} : {why}",
    ),
    "folder_in_use": (
        "another foyer (process {process}) is running on {folder}; stop it first",
        "un autre foyer (processus {process}) utilise {folder} ; arrêtez-le d’abord",
    ),
    "folder_unusable": (
        "the data folder {folder} cannot be used: {why}",
        "le dossier de données {folder} est inutilisable : {why}",
    ),
    "record_unreadable": (
        "the home's file {path} cannot be read: {why}",
        "le fichier du foyer {path} est illisible : {why}",
    ),
    "home_unopenable": (
        "the home {domain} cannot be opened: {why}",
        "le foyer {domain} ne peut être ouvert : {why}",
    ),
    "domain_illegal": (
        "{domain!r} is no domain name; one looks like home.example.org, without port or path",
        "{domain!r} n’est pas un nom de domaine ; p. ex. foyer.example.org, sans port ni chemin",
    ),
    "domain_taken": (
        "a home answers to {domain} already",
        "un foyer répond déjà au nom {domain}",
    ),
    "instance_missing": (
        "no home is called {domain}; there are: {domains}",
        "aucun foyer ne s’appelle {domain} ; il y a : {domains}",
    ),
    "none": ("none", "aucun"),
    "banner_serve": ("Foyer {version} is open.", "Foyer {version} est ouvert."),
    "banner_couch": (
        "Foyer {version} serves documents as a CouchDB.",
        "Foyer {version} sert les documents comme un CouchDB.",
    ),
    "banner_address": ("Address", "Adresse"),
    "banner_login": ("Login", "Identifiant"),
    "banner_password": ("Password", "Mot de passe"),
    "banner_once": (
        "(shown this once; `foyer password` changes it)",
        "(affiché cette seule fois ; `foyer password` le change)",
    ),
    "banner_pouchdb": ("PouchDB", "PouchDB"),
    "banner_webdav": ("WebDAV", "WebDAV"),
    "banner_homes": ("Homes", "Foyers"),
    "banner_data": ("Data", "Données"),
    "banner_stop": ("Ctrl-C stops it.", "Ctrl-C l’arrête."),
    "stopped": ("Stopped.", "Arrêté."),
}

_LANGUAGES = ("en", "fr")


def say(key: str, **facts: object) -> str:
    """Return a message in the operator's language, with the facts put in."""
    text = _MESSAGES[key][_LANGUAGES.index(language())]
    return text.format(**facts) if facts else text
