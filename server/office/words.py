"""What the editor's page says around the editor."""

from server.pages.words import Words

WORDS: Words = {
    "en": {
        "alarm": "An earlier save of this document has not arrived here. The document server is "
        "asked for it every minute.",
        "held": "{who} has locked this document in another program, so it is shown to read.",
        "convert_why": "This format can be read here. To edit it, make a .{extension} of it.",
        "convert": "Make a .{extension} and edit that",
        "trouble": "The editor cannot be reached",
        "trouble_how": "The document is safe in your home. The server that edits documents does "
        "not answer: try again in a moment; if it goes on, tell whoever runs this server.",
        "again": "Try again",
        "download": "Download the document",
        "waiting": "The editor is being opened…",
        "no_script": "The editor needs JavaScript.",
        "no_script_wopi": "The editor needs JavaScript to start by itself.",
        "pictures": "Choose a picture",
        "no_pictures": "There are no pictures in the folder of this document.",
        "guest_why": "Others see this name while you are here, and beside what you change.",
        "guest_name": "Your name",
        "open": "Open the document",
        "js_failed": "That did not work:",
        "js_restored": "The version was brought back.",
        "js_mailed": "Who you mentioned was told, by letter too.",
        "js_notified": "Who you mentioned was told.",
        "js_saved_as": "Saved as",
        "js_unreachable": "Its script could not be loaded.",
        "js_slow": "It took more than half a minute.",
        "js_editor_says": "The editor says:",
    },
    "fr": {
        "alarm": "Un enregistrement précédent de ce document n’est pas arrivé ici. Il est "
        "redemandé chaque minute au serveur de documents.",
        "held": "{who} a verrouillé ce document dans un autre programme ; il est donc montré en "
        "lecture.",
        "convert_why": "Ce format peut être lu ici. Pour le modifier, faites-en un .{extension}.",
        "convert": "Créer un .{extension} et le modifier",
        "trouble": "L’éditeur est injoignable",
        "trouble_how": "Le document est en sûreté dans votre foyer. Le serveur qui modifie les "
        "documents ne répond pas : réessayez dans un instant ; si cela continue, prévenez la "
        "personne qui s’occupe de ce serveur.",
        "again": "Réessayer",
        "download": "Télécharger le document",
        "waiting": "L’éditeur s’ouvre…",
        "no_script": "L’éditeur a besoin de JavaScript.",
        "no_script_wopi": "L’éditeur a besoin de JavaScript pour s’ouvrir de lui-même.",
        "pictures": "Choisir une image",
        "no_pictures": "Il n’y a pas d’image dans le dossier de ce document.",
        "guest_why": "Les autres voient ce nom pendant que vous êtes là, et à côté de ce que vous "
        "modifiez.",
        "guest_name": "Votre nom",
        "open": "Ouvrir le document",
        "js_failed": "Cela n’a pas marché :",
        "js_restored": "La version est rétablie.",
        "js_mailed": "La personne mentionnée est prévenue, par lettre aussi.",
        "js_notified": "La personne mentionnée est prévenue.",
        "js_saved_as": "Enregistré sous",
        "js_unreachable": "Son script n’a pas pu être chargé.",
        "js_slow": "Plus d’une demi-minute s’est écoulée.",
        "js_editor_says": "L’éditeur dit :",
    },
}
SCRIPT = "js_"


def script_words(language: str) -> dict[str, str]:
    """Return what the page's script says, without its mark."""
    return {
        key.removeprefix(SCRIPT): text
        for key, text in WORDS[language].items()
        if key.startswith(SCRIPT)
    }
