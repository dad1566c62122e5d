"""What the groups of settings share."""

import re
from enum import StrEnum
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

SHORTEST_KEY: Final = 32
"""The fewest characters of a key that signs."""


def spelt(pattern: str, sentence: str) -> AfterValidator:
    """A text that has to match; otherwise the sentence tells the operator what to write, which no pattern does."""
    wanted = re.compile(pattern)

    def check(given: str) -> str:
        if wanted.fullmatch(given) is None:
            raise ValueError(sentence)
        return given

    return AfterValidator(check)


# Responses and documents show these values, so they have the limits that the contract promises.
Short = Annotated[str, Field(min_length=1, max_length=100)]
Title = Annotated[str, Field(min_length=1, max_length=200)]
Telephone = Annotated[str, Field(min_length=3, max_length=40)]
Email = Annotated[
    str,
    Field(max_length=254),
    spelt(r"[^@\s]+@[^@\s]+\.[^@\s]+", "write one email address without a name, like help@example.com"),
]
WebAddress = Annotated[
    str,
    Field(max_length=2048),
    spelt(r"https?://\S+", "write the whole address, like https://www.example.com/page"),
]
RegisteredNumber = Annotated[str, Field(min_length=1, max_length=30)]
Port = Annotated[int, Field(ge=1, le=65535)]


class DatabaseTls(StrEnum):
    """What a database on another machine must offer in production."""

    REQUIRED = "required"
    UNVERIFIED = "unverified"
    OFF = "off"


class Part(BaseModel):
    """A group of settings: `SMTP__HOST` is `host` of the group `smtp`."""

    model_config = ConfigDict(extra="forbid", frozen=True)
