"""What an act is made of: the scene it plays in, and the steps that it yields."""

from collections.abc import Awaitable, Callable, Generator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TypeAlias, TypeVar
from uuid import UUID

from pydantic import BaseModel

from app.database import Work
from app.domain.due_diligence import DueDiligenceCheckKey
from app.domain.json_values import JsonObject
from app.domain.working_days import london_date
from app.integrations.storage import DocumentStore
from app.models import Base
from app.queries.rows import get_row
from app.samples import SampleFile, answers

Row = TypeVar("Row", bound=Base)


class Part(StrEnum):
    """Who takes a step."""

    APPLICANT = "applicant"
    SUPER_USER = "super_user"
    USER = "user"
    CUSTOMER_EXPERIENCE = "customer_experience"
    FINANCE = "finance"
    CENTRE_LEAD = "centre_lead"
    QUALITY_ASSURANCE_MANAGER = "quality_assurance_manager"


@dataclass(frozen=True)
class Call:
    """One step, ready for its service: `work` has the actor and the time."""

    work: Work
    store: DocumentStore
    body: JsonObject
    ids: Mapping[str, str]
    file: SampleFile | None

    async def row(self, model: type[Row], name: str) -> Row:
        """The row whose id the step names."""
        return await get_row(self.work.session, model, UUID(self.ids[name]))


@dataclass(frozen=True)
class Operation:
    """One operation of the contract. `match` is the address whose ETag goes into If-Match."""

    method: str
    path: str
    serve: Callable[[Call], Awaitable[BaseModel]]
    match: str | None = None


@dataclass(frozen=True)
class Step:
    """One request. `ids` adds to those of the scene; `etag` stands in for reading the address in `match`."""

    part: Part
    operation: Operation
    body: JsonObject = field(default_factory=dict)
    ids: Mapping[str, str] = field(default_factory=dict)
    file: SampleFile | None = None
    etag: str | None = None


@dataclass
class Scene:
    """Where the story stands. The player moves `now`; acts note the ids of what they make.

    `run` makes names and addresses unique. `pause` lies between two acts. `concern` names a check of the due diligence
    that raises a concern. `editable` uploads no PDF, whose inspection takes a hundred times as long.
    """

    run: str
    now: datetime
    pause: timedelta = timedelta(days=1)
    form: JsonObject = field(default_factory=dict)
    concern: DueDiligenceCheckKey | None = None
    editable: bool = True
    ids: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.form = self.form or answers.initial_application(self.run)

    @property
    def today(self) -> date:
        """The day in London."""
        return london_date(self.now)


Script: TypeAlias = Generator[Step, JsonObject, None]
"""Yields steps; each is answered with the body of its response."""
Act: TypeAlias = Callable[[Scene], Script]
