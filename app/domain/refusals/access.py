"""Who may: nobody is signed in, or the caller's role does not allow it."""

from typing import Annotated

from app.domain.refusals.base import Forbidden, NotSignedIn


class Unauthenticated(NotSignedIn):
    """Sign in first, and send the access token as 'Authorization: Bearer …'. Systems ask for a client token."""


class TokenNotValid(NotSignedIn):
    """The access token has expired, or its session has ended. Refresh the session, or sign in again."""

    challenge = 'Bearer error="invalid_token"'


class PasswordChangeRequired(Forbidden):
    """Change your first password before you do anything else, with PUT /v1/me/password."""


class SecondFactorRequired(Forbidden):
    """Prove your second factor before you do anything else. If you have none yet, add one."""


class StepUpRequired(Forbidden):
    """This change needs a fresh proof that it is you. Prove your second factor, or your password if you have none, and
    try again."""

    prove: Annotated[str, "What to prove again: `second_factor` or `password`."]


class NetworkNotAllowed(Forbidden):
    """This integration client may not call from this network address. Ask an administrator for its networks."""


class RoleNotAllowed(Forbidden):
    """Your role does not allow this. Ask somebody whose role does."""

    who: str

    @property
    def detail(self) -> str:
        """Whose role does."""
        return f"Only {self.who} can do this."
