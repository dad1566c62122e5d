"""The centre's home: progress, gaps and the next step (R07)."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from app.database import Work
from app.domain.contact_roles import ContactRole
from app.domain.readiness import readiness
from app.domain.workflow import ACCEPTING, EDITABLE, Party, Status
from app.models import Centre
from app.queries.home import HomeFacts, home_facts
from app.queries.readiness import readiness_facts
from app.schemas import applications as schemas
from app.schemas.applications import NextStep
from app.services.applications.overview import missing_to_schema, summaries_to_schema
from app.services.help import help_contacts, useful_links


async def show(work: Work, centre: Centre) -> schemas.CentreHome:
    """Show progress, gaps and the next step."""
    facts = await home_facts(work.session, centre.id)
    application = facts.application
    shown = (await summaries_to_schema(work, [application]))[0] if application is not None else None
    gaps = []
    if application is not None and application.status in EDITABLE:
        gaps = readiness((await readiness_facts(work, [application]))[application.id])
    recognition = facts.recognition
    code, sentence = _next_step(shown, facts, missing=len(gaps))
    return schemas.CentreHome(
        centre_id=centre.id,
        name=centre.name,
        reference=centre.reference,
        main_site_id=facts.main_site_id,
        open_sites=facts.open_sites,
        contacts=facts.contacts,
        contact_roles_missing=[role for role in ContactRole if role.value not in facts.roles_held],
        users=facts.users,
        application=shown,
        missing=missing_to_schema(gaps),
        recognition=schemas.HomeRecognition(number=recognition.number, status=recognition.status)
        if recognition
        else None,
        next_step=sentence,
        next_step_code=code,
        help=help_contacts(work.settings),
        useful_links=useful_links(work.settings),
    )


def _next_step(
    application: schemas.ApplicationSummary | None, facts: HomeFacts, *, missing: int
) -> tuple[NextStep, str]:
    if application is None:
        if len(facts.roles_held) == len(ContactRole):
            return NextStep.START_APPLICATION, "Start the application for centre recognition."
        return (
            NextStep.ADD_CONTACTS,
            "Add your delivery sites and contacts, then start the application for centre recognition.",
        )
    if application.status in EDITABLE:
        if not missing:
            return NextStep.SUBMIT_APPLICATION, "Nothing is missing: a super user can submit the application."
        things = f"{missing} thing{'s are' if missing > 1 else ' is'}"
        return NextStep.COMPLETE_APPLICATION, f"Complete the application: {things} still missing."
    if application.status in ACCEPTING:
        if not facts.open_actions:
            return NextStep.ENJOY_RECOGNITION, "Congratulations, you are a recognised centre."
        return (
            NextStep.COMPLETE_ACTIONS,
            "You are a recognised centre. Complete the open actions, and send evidence for each.",
        )
    if application.waiting_on is Party.CENTRE and application.status is not Status.AWAITING_PAYMENT:
        return NextStep.PAY_INVOICE_AGAIN, "A payment was reversed. We continue once the invoice is paid again."
    return _WHILE[application.status]


_WHILE: Final[Mapping[Status, tuple[NextStep, str]]] = MappingProxyType(
    {
        Status.SUBMITTED: (NextStep.WAIT_FOR_INITIAL_REVIEW, "We are carrying out the initial review."),
        Status.AWAITING_PAYMENT: (
            NextStep.PAY_INVOICE,
            "Your finance contact has the invoice. We continue once it is paid.",
        ),
        Status.IN_REVIEW: (
            NextStep.WAIT_FOR_CENTRE_LEAD,
            "Your centre lead reviews the application and arranges an interview.",
        ),
        Status.AWAITING_DECISION: (
            NextStep.WAIT_FOR_DECISION,
            "The centre lead has made a recommendation. The decision comes next.",
        ),
        Status.REJECTED: (NextStep.APPLY_AGAIN, "The application was not accepted. You can start a new one."),
        Status.WITHDRAWN: (NextStep.APPLY_AGAIN, "The application was withdrawn. You can start a new one."),
    }
)
