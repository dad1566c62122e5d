"""All groups of section Application in one answer."""

from typing import Annotated, Union
from uuid import UUID

from pydantic import Field

from app.schemas.base import Answer
from app.schemas.details import DETAILS_ANSWERS
from app.schemas.shared import said

DetailsGroupAnswer = Annotated[
    Union[tuple(DETAILS_ANSWERS.values())],  # type: ignore[misc]  # noqa: UP007
    Field(discriminator="group"),
]


class ApplicationDetails(Answer):
    """Section Application: its seven groups, each with its own ETag."""

    application_id: UUID = said("The application's id.", "0198a5f2-7c3e-7d10-8a44-3f1f2b9c6d21")
    groups: list[DetailsGroupAnswer] = Field(description="The groups, in the order of the form.")
