"""All groups of section Application in one answer."""

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias, cast

from pydantic import Field

from app.schemas.answered import A_FEW
from app.schemas.base import Answer, Resource
from app.schemas.details import DETAILS_ANSWERS
from app.schemas.ids import ApplicationId

if TYPE_CHECKING:
    DetailsGroupAnswer: TypeAlias = Resource
else:
    DetailsGroupAnswer = Annotated[reduce(or_, cast(Any, DETAILS_ANSWERS.values())), Field(discriminator="group")]


class ApplicationDetails(Answer):
    """Section Application: its seven groups, each with its own ETag."""

    application_id: ApplicationId
    groups: Annotated[list[DetailsGroupAnswer], A_FEW] = Field(description="The groups, in the order of the form.")
