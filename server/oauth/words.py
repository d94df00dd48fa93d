"""What the pages of this room say."""

from server.pages.words import Words

WORDS: Words = {
    "en": {
        "consent_title": "{client} asks to connect",
        "consent_to": "It would reach your home {host}.",
        "consent_name": "The application chose this name itself.",
        "consent_from": "Its site: {site}",
        "consent_policy": "What it says about your data",
        "consent_asks": "What it asks for",
        "consent_reads": "It only looks, and changes nothing.",
        "consent_everything": "Do everything in your home, as you can: read, change and delete all "
        "documents, and let in others.",
        "consent_login": "Learn that this home is yours. It sees none of your data.",
        "consent_mail": "It can send mail in your name.",
        "consent_linked": "It connects as the application {slug} of your home, and may do what "
        "that one may.",
        "consent_linked_missing": "The application {slug} is not installed here, so it can see "
        "nothing yet.",
        "consent_leads": "You will be sent back to {where}.",
        "consent_app": "an application on this device",
        "consent_later": "You can take this back at any time, under connected devices.",
        "allow": "Allow",
        "refuse": "Refuse",
        "sees": "see",
        "adds": "add",
        "changes": "change",
        "deletes": "delete",
        "only_one": "one of them: {names}",
        "only_some": "{count} of them: {names}",
        "certify_title": "{client} asks for everything",
        "certify_why": "An application that may do everything has to be certified once, so that "
        "none can get there by a careless click.",
        "certify_mailed": "A code was mailed to you. Type it here if you trust this application as "
        "you trust yourself.",
        "certify_totp": "Type the code of your authenticator application if you trust this one as "
        "you trust yourself.",
        "certify_no_mail": "There is no way to send you a code by mail. Whoever runs this server "
        "can certify the application:",
        "certify_code": "Code",
        "certify": "Certify",
        "certify_wrong": "That is not the code, or it came too late.",
        "senseless_title": "This application asks wrongly",
        "senseless_how": "Nothing was connected. Start again from the application; if it goes on, "
        "tell those who make it what is written below.",
        "oidc_refused_title": "You could not be signed in",
        "oidc_refused_how": "{provider} does not know you as the owner of this home, or the "
        "sign-in took too long. Go back and try once more.",
    },
    "fr": {
        "consent_title": "{client} demande à se connecter",
        "consent_to": "L’application accéderait à votre foyer {host}.",
        "consent_name": "L’application a choisi elle-même ce nom.",
        "consent_from": "Son site : {site}",
        "consent_policy": "Ce qu’elle dit de vos données",
        "consent_asks": "Ce qu’elle demande",
        "consent_reads": "Elle ne fait que regarder, et ne change rien.",
        "consent_everything": "Tout faire dans votre foyer, comme vous : lire, modifier et "
        "supprimer tous les documents, et faire entrer d’autres.",
        "consent_login": "Apprendre que ce foyer est le vôtre. Elle ne voit aucune de vos données.",
        "consent_mail": "Elle peut envoyer du courrier en votre nom.",
        "consent_linked": "Elle se connecte en tant qu’application {slug} de votre foyer, et peut "
        "ce que peut celle-ci.",
        "consent_linked_missing": "L’application {slug} n’est pas installée ici : elle ne verra "
        "rien pour l’instant.",
        "consent_leads": "Vous serez renvoyé vers {where}.",
        "consent_app": "une application de cet appareil",
        "consent_later": "Vous pourrez revenir là-dessus à tout moment, dans les appareils "
        "connectés.",
        "allow": "Autoriser",
        "refuse": "Refuser",
        "sees": "consulter",
        "adds": "ajouter",
        "changes": "modifier",
        "deletes": "supprimer",
        "only_one": "un seul élément : {names}",
        "only_some": "{count} éléments : {names}",
        "certify_title": "{client} demande tout",
        "certify_why": "Une application qui peut tout faire doit être certifiée une fois, pour "
        "qu’aucune n’y arrive par un clic distrait.",
        "certify_mailed": "Un code vient de vous être envoyé par courriel. Saisissez-le si vous "
        "faites confiance à cette application comme à vous-même.",
        "certify_totp": "Saisissez le code de votre application d’authentification si vous faites "
        "confiance à celle-ci comme à vous-même.",
        "certify_no_mail": "Aucun code ne peut vous être envoyé par courriel. La personne qui "
        "s’occupe de ce serveur peut certifier l’application :",
        "certify_code": "Code",
        "certify": "Certifier",
        "certify_wrong": "Ce n’est pas le code, ou il est arrivé trop tard.",
        "senseless_title": "Cette application demande de travers",
        "senseless_how": "Rien n’a été connecté. Recommencez depuis l’application ; si cela "
        "continue, transmettez à ses auteurs ce qui est écrit ci-dessous.",
        "oidc_refused_title": "Vous n’avez pas pu être connecté",
        "oidc_refused_how": "{provider} ne vous connaît pas comme propriétaire de ce foyer, ou la "
        "connexion a pris trop de temps. Revenez en arrière et recommencez.",
    },
}
