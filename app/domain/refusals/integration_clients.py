"""Integration clients and their tokens. The token endpoint answers as RFC 6749 section 5.2 says."""

from dataclasses import field
from typing import Annotated

from app.domain.refusals.base import BadRequest, Conflict, NotSignedIn, Refusal


class TokenRefused(Refusal, family=True):
    """The members of RFC 6749 beside our own."""

    error: Annotated[str, "RFC 6749's code, for OAuth clients; the same as `code`."] = field(init=False)
    error_description: Annotated[str, "RFC 6749's description; the same as `detail`."] = field(init=False)

    def __post_init__(self) -> None:
        self.error = self.code
        self.error_description = self.detail


class InvalidRequest(TokenRefused, BadRequest):
    """The token request has a missing or repeated field, or names the client twice. Correct it (RFC 6749)."""

    because: str


class UnsupportedGrantType(TokenRefused, BadRequest):
    """The token endpoint only takes the grant type 'client_credentials'. Send that one."""


class InvalidScope(TokenRefused, BadRequest):
    """The client does not have a scope that it asked for. Ask only for scopes it has."""

    scopes: tuple[str, ...]

    @property
    def detail(self) -> str:
        """The scopes it has."""
        return f"This client has only these scopes: {', '.join(self.scopes)}."


class InvalidClient(TokenRefused, NotSignedIn):
    """The client is unknown or deactivated, or its secret is wrong. Check the client id and the secret."""

    challenge = 'Basic realm="centre recognition", charset="UTF-8"'
    keeps_changes = True


class UnauthorizedClient(TokenRefused, BadRequest):
    """The client may not ask for a token from this network address. Ask an administrator for its networks."""

    keeps_changes = True


class IntegrationClientDeactivated(Conflict):
    """This integration client has been deactivated for good. Add a new one."""
