"""OAuth 2 as Cozy's clients speak it: registration, consent, tokens; and sign-in from outside."""
