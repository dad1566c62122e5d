"""Accepting an invitation."""

from app.domain.refusals.base import Conflict


class InvitationNotValid(Conflict):
    """The invitation has been used, withdrawn or replaced, or has expired. Ask the centre to send it again."""


class InvitationForSomebodyElse(Conflict):
    """This invitation is for another account. Sign in with the email address that it was sent to."""


class SignInToAccept(Conflict):
    """This email address has a log-in. Sign in, then accept the invitation."""
