"""Letters of stage one and two, until the centre's account exists or the initial application is declined."""

from datetime import datetime

from app.database import Work
from app.domain.initial_applications import InitialApplicationStatus
from app.domain.working_days import last_day, london_date
from app.emails.initial_applications import (
    InitialApplicationDeclined,
    InitialApplicationReceived,
    InitialApplicationsLate,
    LateInitialApplication,
)
from app.integrations.storage import DocumentStore
from app.jobs.emails.letter import Arguments, Letter, addressee, customer_experience, id_in
from app.models import InitialApplication
from app.queries.letters import alerted_together


async def received(work: Work, _: DocumentStore, arguments: Arguments) -> Letter:
    """The acknowledgement (R02), to the organisation's own address and nowhere else: anybody can type anybody's into
    the form."""
    row = await work.session.get_one(InitialApplication, id_in(arguments, "initial_application_id"))
    message = InitialApplicationReceived(
        recipient_name=row.organisation_name,
        reference=row.reference,
        organisation_name=row.organisation_name,
        received_on=london_date(row.received_at),
    )
    return Letter(message, (addressee(row.organisation_name, row.email),))


async def declined(work: Work, _: DocumentStore, arguments: Arguments) -> Letter | None:
    """The reason reaches the sender (R04)."""
    row = await work.session.get_one(InitialApplication, id_in(arguments, "initial_application_id"))
    if row.status is not InitialApplicationStatus.DECLINED or row.decline_reason is None:
        return None
    message = InitialApplicationDeclined(
        recipient_name=row.organisation_name,
        reference=row.reference,
        organisation_name=row.organisation_name,
        reason=row.decline_reason,
    )
    return Letter(message, (addressee(row.organisation_name, row.email),))


async def late(work: Work, _: DocumentStore, arguments: Arguments) -> Letter | None:
    """The alert to customer experience (R05): those of the alert that are still waiting."""
    rows = await alerted_together(work.session, datetime.fromisoformat(arguments["alerted_at"]))
    waiting = tuple(
        LateInitialApplication(row.reference, row.organisation_name, last_day(row.log_in_details_due_at))
        for row in rows
        if row.status is not InitialApplicationStatus.DECLINED
    )
    name, to = customer_experience(work.settings)
    return Letter(InitialApplicationsLate(recipient_name=name, applications=waiting), to) if waiting else None
