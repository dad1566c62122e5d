"""The alert about late log-in details (R05)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from app.database import Work
from app.domain.initial_applications import InitialApplicationStatus
from app.domain.working_days import last_day
from app.letters import samples
from app.letters.letter import Draft, Letter, StaffWords, Stage
from app.letters.readers import customer_experience
from app.queries.letters import alerted_together


@dataclass(frozen=True, slots=True)
class LateInitialApplication:
    """One row of the alert."""

    reference: str
    organisation_name: str
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(StaffWords):
    applications: tuple[LateInitialApplication, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class InitialApplicationsLate(Letter):
    """To customer experience: the initial applications of one alert that still wait for log-in details."""

    kind: ClassVar[str] = "initial_applications_late"
    stage: ClassVar[Stage] = Stage.APPLICATIONS
    sample: ClassVar[Words] = Words(
        recipient_name=samples.CUSTOMER_EXPERIENCE,
        applications=(LateInitialApplication(samples.INITIAL_APPLICATION, samples.CENTRE, samples.DAY),),
    )

    alerted_at: datetime

    async def load(self, work: Work) -> Draft | None:
        rows = await alerted_together(work.session, self.alerted_at)
        waiting = tuple(
            LateInitialApplication(row.reference, row.organisation_name, last_day(row.log_in_details_due_at))
            for row in rows
            if row.status is not InitialApplicationStatus.DECLINED
        )
        name, to = customer_experience(work.settings)
        return Draft(Words(recipient_name=name, applications=waiting), to) if waiting else None
