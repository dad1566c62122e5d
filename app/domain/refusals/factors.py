"""Second factors: adding, proving, removing and resetting them."""

from app.domain.refusals.base import Conflict, Unprocessable


class WrongCode(Unprocessable):
    """The code is wrong, has expired or has been used. Wait until the app shows the next one, or use a recovery
    code."""

    keeps_changes = True


class PasskeyNotVerified(Unprocessable):
    """The passkey's answer does not fit the challenge. Ask for a new challenge, and use a passkey of this account."""

    keeps_changes = True


class WrongPassword(Unprocessable):
    """This is not your password. Check it, or reset it."""

    keeps_changes = True


class ChallengeNotValid(Conflict):
    """The challenge has been used, has expired or belongs to another session. Ask for a new one."""


class NoTotpStarted(Conflict):
    """There is no authenticator app to confirm, or it has waited for too long. Start again."""


class TooManyFactors(Conflict):
    """You have as many second factors as one person can have. Remove one first."""


class PasskeyAlreadyAdded(Conflict):
    """This passkey is in use already. Use another one."""

    constraint = "uq_second_factors_credential_id"


class NoSecondFactor(Conflict):
    """There is no second factor. Add one first."""

    because: str = ""


class SecondFactorInUse(Conflict):
    """You have a second factor. Prove that one instead of the password."""


class LastFactorRequired(Conflict):
    """This is your only second factor, and staff need one. Add another one first."""


class OwnFactorsReset(Conflict):
    """Nobody resets their own second factors. Ask another administrator, or remove them one by one."""
