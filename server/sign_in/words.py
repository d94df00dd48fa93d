"""What the pages for signing in say, and the page about who can get in, in each language."""

from server.pages.words import Words
from server.sign_in.security_words import SECURITY

_EN = {
    "sign_in": "Sign in",
    "sign_in_to": "Sign in to {host}",
    "passphrase": "Passphrase",
    "owner": "Owner",
    "show": "Show",
    "hide": "Hide",
    "stay": "Stay signed in on this device",
    "working": "One moment…",
    "or": "or",
    "with_provider": "Sign in with {provider}",
    "with_passkey": "Sign in with a passkey",
    "use_passkey": "Use a passkey",
    "no_passkeys_here": "This browser, or this address, knows no passkeys.",
    "forgotten": "Passphrase forgotten?",
    "wrong_passphrase": "This is not the passphrase. Look whether capitals are locked, and try "
    "once more.",
    "wrong_code": "This code is not right, or it was used already. Take the newest one.",
    "wrong_passkey": "This passkey was not accepted. Try once more, or take another way.",
    "too_many": "Too many attempts came lately. Wait a few seconds, and try once more.",
    "step_over": "This took too long. Begin once more.",
    "second_needed": "A second factor is asked for.",
    "confirm_first": "Show your passphrase once more first.",
    "no_script": "Without JavaScript your passphrase itself is sent, over this encrypted "
    "connection.",
    "second_step": "One more step",
    "second_step_intro": "Your passphrase is right. Now show that it is really you.",
    "code": "Code",
    "code_totp": "Six digits from your authenticator application, or a recovery code.",
    "code_mail": "Six digits from the letter we sent, or a recovery code.",
    "code_recovery": "One of your recovery codes.",
    "trust": "Do not ask again on this device for 90 days",
    "go_on": "Go on",
    "mail_code": "Send a code by mail",
    "mail_again": "Send another code by mail",
    "mail_sent": "A code is on its way to your mail address.",
    "mail_not_sent": "No code could be sent. Use another way, or try again in a few minutes.",
    "another_account": "Begin once more",
    "choose": "Choose your passphrase",
    "choose_intro": "It opens this home and the vault with your passwords. Nobody can tell it to "
    "you again, so choose one that you will remember: four or five words that nobody connects.",
    "new_passphrase": "New passphrase",
    "repeat": "Once more",
    "at_least": "Eight characters or more.",
    "hint": "Hint",
    "hint_how": "If you like: what reminds you of it. Whoever reads your mail may see it.",
    "unfit_short": "A passphrase has eight characters or more.",
    "unfit_long": "This passphrase is too long.",
    "unfit_iterations": "The browser derived it in a way that is not taken here. Reload the page.",
    "unfit_overtaken": "Another passphrase was chosen just now. Sign in with that one.",
    "unfit_vault_key": "Your vault must be locked anew with the new passphrase, which only "
    "JavaScript in this page can do. Allow it, and try once more.",
    "short": "A passphrase has eight characters or more.",
    "not_the_same": "The two are not the same.",
    "vault_lost": "The passwords in your vault are locked with the old passphrase. With a new one "
    "they cannot be read again. If you may still remember, go back.",
    "save": "Save",
    "change_passphrase": "Change the passphrase",
    "current_passphrase": "Current passphrase",
    "change_intro": "Other sessions end; devices and their app passwords stay connected.",
    "confirm": "Is it you?",
    "confirm_intro": "Before something changes about who can get in, show your passphrase once "
    "more.",
    "forgotten_title": "Without the passphrase",
    "forgotten_intro": "A link to a new one can be sent to your mail address; so can your hint.",
    "send_link": "Send a link to a new passphrase",
    "send_hint": "Send the hint",
    "no_mail": "This server sends no mail. Whoever runs it can give you a new passphrase, with "
    "the command “foyer password”.",
    "forgotten_passkey": "A passkey, if you have one, signs you in without the passphrase.",
    "letter_sent": "Look into your mail",
    "letter_sent_how": "If this home knows a mail address of yours and has what you asked for, a "
    "letter is on its way. It may take some minutes; look among the unwanted ones too.",
    "link_over": "This link is over",
    "link_over_how": "It was used, or too much time went by. Ask for another one.",
    "not_yet": "Nobody lives here yet",
    "not_yet_how": "The passphrase of this home is still to be chosen, by the link that its owner "
    "was given.",
    "back_to_login": "To the page for signing in",
}
_FR = {
    "sign_in": "Se connecter",
    "sign_in_to": "Se connecter à {host}",
    "passphrase": "Phrase de passe",
    "owner": "Propriétaire",
    "show": "Afficher",
    "hide": "Masquer",
    "stay": "Rester connecté sur cet appareil",
    "working": "Un instant…",
    "or": "ou",
    "with_passkey": "Utiliser une clé d’accès",
    "with_provider": "Se connecter avec {provider}",
    "use_passkey": "Utiliser une clé d’accès",
    "no_passkeys_here": "Ce navigateur, ou cette adresse, ne connaît pas les clés d’accès.",
    "forgotten": "Phrase de passe oubliée ?",
    "wrong_passphrase": "Ce n’est pas la phrase de passe. Vérifiez les majuscules et recommencez.",
    "wrong_code": "Ce code n’est pas le bon, ou il a déjà servi. Prenez le plus récent.",
    "wrong_passkey": "Cette clé d’accès n’a pas été acceptée. Recommencez, ou prenez un autre "
    "chemin.",
    "too_many": "Il y a eu trop d’essais. Attendez quelques secondes, puis recommencez.",
    "step_over": "Cela a duré trop longtemps. Recommencez.",
    "second_needed": "Un second facteur est demandé.",
    "confirm_first": "Montrez d’abord votre phrase de passe une fois encore.",
    "no_script": "Sans JavaScript, c’est la phrase de passe elle-même qui est envoyée, par cette "
    "connexion chiffrée.",
    "second_step": "Encore une étape",
    "second_step_intro": "Votre phrase de passe est juste. Montrez maintenant que c’est bien vous.",
    "code": "Code",
    "code_totp": "Six chiffres de votre application d’authentification, ou un code de secours.",
    "code_mail": "Six chiffres de la lettre envoyée, ou un code de secours.",
    "code_recovery": "Un de vos codes de secours.",
    "trust": "Ne plus demander sur cet appareil pendant 90 jours",
    "go_on": "Continuer",
    "mail_code": "Envoyer un code par courriel",
    "mail_again": "Envoyer un autre code par courriel",
    "mail_sent": "Un code part vers votre adresse électronique.",
    "mail_not_sent": "Aucun code n’a pu partir. Prenez un autre chemin, ou recommencez dans "
    "quelques minutes.",
    "another_account": "Recommencer",
    "choose": "Choisissez votre phrase de passe",
    "choose_intro": "Elle ouvre ce foyer et le coffre de vos mots de passe. Personne ne pourra "
    "vous la redire : prenez-en une que vous retiendrez, quatre ou cinq mots que nul ne relie.",
    "new_passphrase": "Nouvelle phrase de passe",
    "repeat": "Encore une fois",
    "at_least": "Huit caractères au moins.",
    "hint": "Indice",
    "hint_how": "Si vous voulez : ce qui vous la rappelle. Qui lit votre courriel peut le voir.",
    "unfit_short": "Une phrase de passe a huit caractères au moins.",
    "unfit_long": "Cette phrase de passe est trop longue.",
    "unfit_iterations": "Le navigateur l’a dérivée d’une façon qui n’est pas acceptée ici. "
    "Rechargez la page.",
    "unfit_overtaken": "Une autre phrase de passe vient d’être choisie. Connectez-vous avec elle.",
    "unfit_vault_key": "Votre coffre doit être refermé avec la nouvelle phrase de passe, ce que "
    "seul JavaScript peut faire dans cette page. Autorisez-le et recommencez.",
    "short": "Une phrase de passe a huit caractères au moins.",
    "not_the_same": "Les deux ne sont pas pareilles.",
    "vault_lost": "Les mots de passe de votre coffre sont fermés par l’ancienne phrase de passe. "
    "Avec une nouvelle, ils ne pourront plus être lus. S’il se peut qu’elle vous revienne, revenez "
    "en arrière.",
    "save": "Enregistrer",
    "change_passphrase": "Changer la phrase de passe",
    "current_passphrase": "Phrase de passe actuelle",
    "change_intro": "Les autres sessions se ferment ; les appareils et leurs mots de passe restent "
    "connectés.",
    "confirm": "Est-ce bien vous ?",
    "confirm_intro": "Avant de changer qui peut entrer, montrez votre phrase de passe une fois "
    "encore.",
    "forgotten_title": "Sans la phrase de passe",
    "forgotten_intro": "Un lien vers une nouvelle peut être envoyé à votre adresse électronique ; "
    "votre indice aussi.",
    "send_link": "Envoyer un lien vers une nouvelle phrase de passe",
    "send_hint": "Envoyer l’indice",
    "no_mail": "Ce serveur n’envoie pas de courriel. La personne qui s’en occupe peut vous donner "
    "une nouvelle phrase de passe, avec la commande « foyer password ».",
    "forgotten_passkey": "Une clé d’accès, si vous en avez une, connecte sans phrase de passe.",
    "letter_sent": "Regardez votre courriel",
    "letter_sent_how": "Si ce foyer connaît une adresse à vous et a ce que vous demandez, une "
    "lettre est en route. Il peut falloir quelques minutes ; voyez aussi les indésirables.",
    "link_over": "Ce lien n’est plus valable",
    "link_over_how": "Il a servi, ou il s’est passé trop de temps. Demandez-en un autre.",
    "not_yet": "Personne n’habite encore ici",
    "not_yet_how": "La phrase de passe de ce foyer reste à choisir, par le lien que son "
    "propriétaire a reçu.",
    "back_to_login": "Vers la page de connexion",
}

WORDS: Words = {"en": {**_EN, **SECURITY["en"]}, "fr": {**_FR, **SECURITY["fr"]}}
