"""Signing in, refreshing a session and resetting a password."""

from app.domain.refusals.base import Conflict, NotSignedIn


class InvalidCredentials(NotSignedIn):
    """The email address or the password is wrong. Check both, or reset the password."""

    keeps_changes = True


class FirstPasswordExpired(NotSignedIn):
    """The first password has expired. Ask for new log-in details."""


class RefreshTokenNotValid(NotSignedIn):
    """The refresh token is unknown, or its session has ended. Sign in again."""


class RefreshTokenReused(NotSignedIn):
    """This refresh token was used before, so its session has been ended for safety. Sign in again."""

    keeps_changes = True


class ResetTokenNotValid(Conflict):
    """The password reset token has been used or has expired. Ask for a new email."""
