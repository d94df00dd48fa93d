"""What kinds of documents are called when a person is asked whether an application may see them.

A type that is not here goes by the longest family it belongs to (`io.cozy.bank.…`), and one that
belongs to none by its own name.
"""

LABELS: dict[str, tuple[str, str]] = {
    "io.cozy.files": ("Your files and folders", "Vos fichiers et dossiers"),
    "io.cozy.files.versions": (
        "Former versions of your files",
        "Les anciennes versions de vos fichiers",
    ),
    "io.cozy.photos": ("Your photo albums", "Vos albums photo"),
    "io.cozy.notes": ("Your notes", "Vos notes"),
    "io.cozy.contacts": ("Your contacts", "Vos contacts"),
    "io.cozy.contacts.accounts": (
        "Where your contacts come from",
        "La provenance de vos contacts",
    ),
    "io.cozy.contacts.groups": ("Your groups of contacts", "Vos groupes de contacts"),
    "io.cozy.calendar": ("Your calendar", "Votre agenda"),
    "io.cozy.todos": ("Your tasks", "Vos tâches"),
    "io.cozy.bank": ("Your bank accounts and operations", "Vos comptes et opérations bancaires"),
    "io.cozy.bills": ("Your bills", "Vos factures"),
    "io.cozy.accounts": (
        "The accounts your connectors use, with their passwords",
        "Les comptes de vos connecteurs, avec leurs mots de passe",
    ),
    "io.cozy.account_types": ("The kinds of accounts", "Les types de comptes"),
    "io.cozy.konnectors": ("Your connectors", "Vos connecteurs"),
    "io.cozy.apps": ("The list of your applications", "La liste de vos applications"),
    "io.cozy.apps.suggestions": (
        "Applications that are proposed to you",
        "Les applications qu’on vous propose",
    ),
    "io.cozy.triggers": ("What is started by itself", "Les tâches programmées"),
    "io.cozy.jobs": ("Tasks that run in your home", "Les tâches qui s’exécutent chez vous"),
    "io.cozy.settings": ("The settings of your home", "Les réglages de votre foyer"),
    "io.cozy.settings.disk-usage": ("How much room is taken", "La place occupée"),
    "io.cozy.home.settings": ("The settings of the home page", "Les réglages de l’accueil"),
    "io.cozy.sharings": ("What you share with others", "Ce que vous partagez"),
    "io.cozy.permissions": ("Links and permissions you gave", "Les liens et droits accordés"),
    "io.cozy.oauth.clients": ("Your connected devices", "Vos appareils connectés"),
    "io.cozy.sessions": ("Where you are signed in", "Vos sessions ouvertes"),
    "io.cozy.sessions.logins": ("When you signed in", "L’historique de vos connexions"),
    "io.cozy.notifications": ("Notifications to you", "Les notifications qu’on vous envoie"),
    "io.cozy.identities": ("Your identity", "Votre identité"),
    "io.cozy.mespapiers": ("Your papers", "Vos papiers"),
    "io.cozy.procedures": ("Your administrative procedures", "Vos démarches"),
    "io.cozy.health": ("Your health data", "Vos données de santé"),
    "io.cozy.timeseries": (
        "What you consume and where you go, over time",
        "Vos consommations et trajets au fil du temps",
    ),
    "io.cozy.energy": ("Your energy consumption", "Votre consommation d’énergie"),
    "io.cozy.geojson": ("Your trips", "Vos trajets"),
    "io.cozy.coachco2": ("Your carbon footprint", "Votre empreinte carbone"),
    "io.cozy.emails": ("Your mail", "Votre courrier électronique"),
    "io.cozy.sms": ("Your text messages", "Vos SMS"),
    "io.cozy.chat": ("Your conversations", "Vos conversations"),
    "io.cozy.ai": ("Your conversations with the assistant", "Vos échanges avec l’assistant"),
    "io.cozy.certified": ("Your certified documents", "Vos documents certifiés"),
    "io.cozy.remote": ("Requests to other services", "Les requêtes vers d’autres services"),
    "io.cozy.nextcloud": ("Your Nextcloud", "Votre Nextcloud"),
    "io.cozy.audit": ("The log of who did what", "Le journal de ce qui a été fait"),
    "io.cozy.doctypes": ("Which kinds of data you have", "Les types de données que vous avez"),
    "io.cozy.support": ("Your messages to support", "Vos messages au support"),
    "cc.cozycloud": ("Data from outside services", "Des données de services extérieurs"),
    "com.bitwarden": ("Your passwords, encrypted", "Vos mots de passe, chiffrés"),
    "org.fing": ("Your Fing data", "Vos données Fing"),
}


def label_of(doctype: str, language: str) -> str:
    """Return what a type, or a family of types (`io.cozy.bank.*`), is called."""
    name = doctype.removesuffix(".*")
    while name:
        found = LABELS.get(name)
        if found is not None:
            return found[1] if language == "fr" else found[0]
        name = name.rpartition(".")[0]
    return doctype
