"""What the groups of settings share."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

# Responses and documents show these values, so they have the limits that the contract promises.
Short = Annotated[str, Field(min_length=1, max_length=100)]
Title = Annotated[str, Field(min_length=1, max_length=200)]
Telephone = Annotated[str, Field(min_length=3, max_length=40)]
Email = Annotated[str, Field(max_length=254, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")]
WebAddress = Annotated[str, Field(max_length=2048, pattern=r"^https?://\S+$")]
RegisteredNumber = Annotated[str, Field(min_length=1, max_length=30)]
Port = Annotated[int, Field(ge=1, le=65535)]


class Part(BaseModel):
    """A group of settings: `SMTP__HOST` is `host` of the group `smtp`."""

    model_config = ConfigDict(extra="forbid", frozen=True)
