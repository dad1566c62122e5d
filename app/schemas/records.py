"""The record of every change, to read, search and export (R24)."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.domain.events import EventType
from app.domain.records import RecordArea
from app.schemas import example_centre as example
from app.schemas.base import Page
from app.schemas.fields import Timestamp
from app.schemas.ids import ApplicationId, CentreId, PersonId
from app.schemas.paging import ListQuery
from app.schemas.shared import described
from app.schemas.text import one_line
from app.schemas.timeline import TimelineEvent


class RecordedChange(TimelineEvent):
    """A change in the record."""

    area: RecordArea = described("What the change was about. More areas may be added.", "applications")
    application_id: ApplicationId | None = Field(description="The application that it concerns, or null.")
    centre_id: CentreId | None = Field(description="The centre that it concerns, or null.")


class RecordedChangePage(Page[RecordedChange]):
    """Recorded changes, newest first."""


class RecordFilters(BaseModel):
    """Which changes to return. All the filters that are given apply."""

    model_config = ConfigDict(extra="forbid")

    areas: Annotated[
        list[RecordArea],
        Field(
            default_factory=list,
            max_length=len(RecordArea),
            description="Return only changes in these areas.",
            examples=[["money"]],
        ),
    ]
    types: Annotated[
        list[EventType],
        Field(
            default_factory=list,
            max_length=len(EventType),
            description="Return only changes of these types.",
            examples=[["payment.recorded"]],
        ),
    ]
    aggregate_id: Annotated[
        UUID | None,
        Field(description="Return only changes to the object with this id.", examples=[example.INVOICE_ID]),
    ] = None
    application_id: Annotated[
        ApplicationId | None, Field(description="Return only changes that concern this application.")
    ] = None
    centre_id: Annotated[CentreId | None, Field(description="Return only changes that concern this centre.")] = None
    actor_id: Annotated[
        PersonId | None, Field(description="Return only changes that this person or integration client made.")
    ] = None
    occurred_from: Annotated[
        Timestamp | None,
        Field(description="Return only changes at or after this moment.", examples=[example.SUBMITTED_AT]),
    ] = None
    occurred_before: Annotated[
        Timestamp | None, Field(description="Return only changes before this moment.", examples=[example.DECIDED_AT])
    ] = None
    text: Annotated[
        str | None,
        one_line(1, 100),
        Field(
            description="Words in the name or the reference of a centre or an initial application, or the beginning of "
            "an application's reference or an invoice's number: returns the changes that concern those. The last word "
            "may be incomplete. Refused if more than a hundred match.",
            examples=[example.INVOICE_NUMBER],
        ),
    ] = None


class RecordQuery(RecordFilters, ListQuery):
    """Filters for the record, and its paging."""


class RecordExportQuery(RecordFilters):
    """Filters for the export of the record."""
