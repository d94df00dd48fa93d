"""Why somebody is not signed in, as facts."""


class SignInRefused(Exception):
    """Root of the reasons; `key` names the sentence in the words of signing in."""

    key = "wrong_passphrase"


class WrongPassphrase(SignInRefused):
    """It is not the owner's."""


class WrongCode(SignInRefused):
    """A code is not right, not yet right, or was used."""

    key = "wrong_code"


class StepOver(SignInRefused):
    """The second step took too long, or was begun elsewhere; it is begun anew."""

    key = "step_over"


class PasskeyRefused(SignInRefused):
    """What a passkey said does not hold."""

    key = "wrong_passkey"
