"""The record of security events, for administrators."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.domain.actors import ActorKind
from app.domain.security_events import SecurityEventKind, SecurityOutcome
from app.schemas import example_centre as example
from app.schemas.answered import FullName, Record, UserAgent, Word
from app.schemas.base import Answer, Page
from app.schemas.fields import Timestamp
from app.schemas.ids import IntegrationClientId, PersonId, SecurityEventId
from app.schemas.paging import ListQuery
from app.schemas.shared import described
from app.schemas.text import one_line


class SecurityActor(Answer):
    """Who caused a security event, as they were at that time."""

    kind: ActorKind = described("Whether it was a person, an integration client, the system or the public.", "person")
    id: UUID | None = described(
        "The person's or the client's id; null for the public and the system, and once erased.",
        example.ADMINISTRATOR_ID,
    )
    name: FullName | None = described("The actor's name; null once erased.", example.ADMINISTRATOR)


class SecurityEvent(Answer):
    """Something that matters to the security of accounts, secrets and data."""

    id: SecurityEventId
    at: datetime = described("When it happened.", example.SIGNED_IN_AT)
    kind: Word = described("What happened. More kinds may be added.", "role_granted")
    outcome: Word = described("`success`, or `failure` where it was refused.", "success")
    actor: SecurityActor = Field(description="Who did it.")
    person_id: PersonId | None = Field(description="Whose account it concerns, or null.")
    person_name: FullName | None = described("That person's name today, or null.", example.SUPER_USER)
    client_id: IntegrationClientId | None = Field(description="Which integration client it concerns, or null.")
    address: Word | None = described(
        "The network address that the request came from; null for jobs and commands, and once erased.", "203.0.113.7"
    )
    user_agent: UserAgent | None = described("What the caller's program calls itself, or null.", "Mozilla/5.0")
    request_id: Word | None = described("The request's id, as in `X-Request-Id` and the log, or null.", "req-4711")
    detail: Record = described("What exactly: roles, scopes, the reason of a refusal.", {"roles": ["centre_lead"]})


class SecurityEventPage(Page[SecurityEvent]):
    """Security events, newest first."""


class SecurityEventQuery(ListQuery):
    """Filters for the list of security events."""

    kind: Annotated[
        SecurityEventKind | None, Field(description="Return only events of this kind.", examples=["role_granted"])
    ] = None
    outcome: Annotated[
        SecurityOutcome | None, Field(description="Return only events that ended so.", examples=["failure"])
    ] = None
    person_id: Annotated[
        PersonId | None, Field(description="Return only events that concern this person's account.")
    ] = None
    address: Annotated[
        str | None,
        one_line(1, 45),
        Field(description="Return only events from exactly this network address.", examples=["203.0.113.7"]),
    ] = None
    happened_from: Annotated[
        Timestamp | None,
        Field(description="Return only events at or after this moment.", examples=[example.SIGNED_IN_AT]),
    ] = None
    happened_before: Annotated[
        Timestamp | None,
        Field(description="Return only events before this moment.", examples=[example.DECIDED_AT]),
    ] = None
