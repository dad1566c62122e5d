"""The token of a link in a letter, for operations that need nothing else."""

from pydantic import Field

from app.schemas.base import Request
from app.schemas.sessions import Token


class LetterToken(Request):
    """The token of a link in a letter."""

    token: Token = Field(description="The token from the newest email. It can be used once, until it expires.")
