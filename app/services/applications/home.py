"""The centre's home: what is done, what is missing, what comes next (R07)."""

from app.database import Work
from app.domain.contact_roles import ContactRole
from app.domain.readiness import readiness
from app.domain.workflow import ACCEPTING, EDITABLE, Party, Status
from app.models import Centre
from app.queries.home import HomeFacts, home_facts
from app.queries.readiness import readiness_facts
from app.schemas import applications as schemas
from app.services.applications.overview import missing_items, summaries
from app.services.help import help_contacts, useful_links


async def show_home(work: Work, centre: Centre) -> schemas.CentreHome:
    """The centre's home: what is done, what is missing, what comes next (R07)."""
    facts = await home_facts(work.session, centre.id)
    application = facts.application
    shown = (await summaries(work, [application]))[0] if application is not None else None
    gaps = []
    if application is not None and application.status in EDITABLE:
        gaps = readiness((await readiness_facts(work, [application]))[application.id])
    recognition = facts.recognition
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
        missing=missing_items(gaps),
        recognition=schemas.HomeRecognition(number=recognition.number, status=recognition.status)
        if recognition
        else None,
        next_step=_next_step(shown, facts, missing=len(gaps)),
        help=help_contacts(work.settings),
        useful_links=useful_links(work.settings),
    )


def _next_step(application: schemas.ApplicationSummary | None, facts: HomeFacts, *, missing: int) -> str:
    if application is None:
        return (
            "Start the application for centre recognition."
            if len(facts.roles_held) == len(ContactRole)
            else "Add your delivery sites and contacts, then start the application for centre recognition."
        )
    if application.status in EDITABLE:
        return (
            "Everything is there: a super user can submit the application."
            if not missing
            else f"Complete the application: {missing} thing{'s are' if missing > 1 else ' is'} still missing."
        )
    if application.status in ACCEPTING:
        return (
            "Congratulations, you are a recognised centre."
            if not facts.open_actions
            else "You are a recognised centre. Complete the actions that are open, and send evidence for each."
        )
    if application.waiting_on is Party.CENTRE and application.status is not Status.AWAITING_PAYMENT:
        return "A payment was taken back, so the invoice is to be paid again; we proceed once it is."
    return {
        Status.SUBMITTED: "We are carrying out the initial review.",
        Status.AWAITING_PAYMENT: "The invoice has gone to your finance contact; we proceed once it is paid.",
        Status.IN_REVIEW: "Your centre lead reviews the application and arranges an interview.",
        Status.AWAITING_DECISION: "The centre lead has made a recommendation; the decision comes next.",
        Status.REJECTED: "The application was not accepted. You can start a new one.",
        Status.WITHDRAWN: "The application was withdrawn. You can start a new one.",
    }[application.status]
