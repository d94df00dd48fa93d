"""What is said of checks of office editing: on the page, and by the command."""

from server.pages.words import Words

WORDS: Words = {
    "en": {
        "title": "Office editing, checked",
        "none": "Neither a Document Server (office.server) nor a WOPI client (wopi.server) is set.",
        "well": "works",
        "bad": "does not work",
        "way_to_editor": "This server reaches the document server",
        "way_secret": "Both have the same secret",
        "way_browser": "A browser gets the editor",
        "way_from_editor": "The document server reaches this home",
        "way_wopi": "The WOPI client tells what it opens",
        "way_here": "Your browser gets the editor",
        "fault_to_editor": "No answer of a document server comes from there. See that it runs; set "
        "office.internal_server to its address as this machine sees it; a certificate that this "
        "machine does not trust must be made known to it (SSL_CERT_FILE).",
        "fault_secret": "The document server refuses our signature: office.secret must be its "
        "JWT_SECRET, and office.jwt_header its JWT_HEADER.",
        "fault_refused": "The document server answered, and could not do it: its log says why.",
        "fault_browser": "The editor’s script does not come from office.server. That must be the "
        "address that browsers use. If only this machine cannot reach it, all may be well: see "
        "what your browser says below.",
        "fault_here": "Your browser does not get the script from office.server: set the address "
        "that browsers use, with https if this page has https.",
        "fault_from_editor": "The document server cannot fetch from us. Set office.callback_base "
        "to this home’s address as it sees it (not localhost, from a container); if it says "
        "“private IP address”, keep the secret on, which lifts that for signed addresses; our "
        "certificate must be trusted there (NODE_EXTRA_CA_CERTS).",
        "fault_wopi": "No discovery comes from there: set wopi.internal_server to the client’s "
        "address as this machine sees it.",
        "fault_wopi_keys": "It has no proof keys: anybody with a token can ask in its name. "
        "Generate them there (coolconfig generate-proof-key).",
        "said": "What came back:",
    },
    "fr": {
        "title": "La bureautique, vérifiée",
        "none": "Ni serveur de documents (office.server) ni client WOPI (wopi.server) n’est réglé.",
        "well": "marche",
        "bad": "ne marche pas",
        "way_to_editor": "Ce serveur joint le serveur de documents",
        "way_secret": "Les deux ont le même secret",
        "way_browser": "Un navigateur reçoit l’éditeur",
        "way_from_editor": "Le serveur de documents joint ce foyer",
        "way_wopi": "Le client WOPI dit ce qu’il ouvre",
        "way_here": "Votre navigateur reçoit l’éditeur",
        "fault_to_editor": "Aucune réponse d’un serveur de documents n’en vient. Voyez s’il "
        "tourne ; réglez office.internal_server sur son adresse vue de cette machine ; un "
        "certificat inconnu d’elle doit lui être donné (SSL_CERT_FILE).",
        "fault_secret": "Le serveur de documents refuse notre signature : office.secret doit être "
        "son JWT_SECRET, et office.jwt_header son JWT_HEADER.",
        "fault_refused": "Le serveur de documents a répondu, sans pouvoir le faire : son journal "
        "dit pourquoi.",
        "fault_browser": "Le script de l’éditeur ne vient pas de office.server, qui doit être "
        "l’adresse des navigateurs. Si seule cette machine ne la joint pas, tout va peut-être "
        "bien : voyez ce que dit votre navigateur plus bas.",
        "fault_here": "Votre navigateur ne reçoit pas le script de office.server : réglez "
        "l’adresse des navigateurs, en https si cette page est en https.",
        "fault_from_editor": "Le serveur de documents ne peut rien chercher ici. Réglez "
        "office.callback_base sur l’adresse de ce foyer vue de lui (pas localhost, depuis un "
        "conteneur) ; s’il dit « private IP address », gardez le secret, qui lève cela pour les "
        "adresses signées ; notre certificat doit y être connu (NODE_EXTRA_CA_CERTS).",
        "fault_wopi": "Aucune découverte n’en vient : réglez wopi.internal_server sur l’adresse "
        "du client vue de cette machine.",
        "fault_wopi_keys": "Il n’a pas de clés de preuve : qui a un jeton peut demander en son "
        "nom. Créez-les là-bas (coolconfig generate-proof-key).",
        "said": "Réponse reçue :",
    },
}
