"""Starting an application, looking at it, the centre's home, and withdrawing (R07, R11, R16)."""

from app import outbox
from app.database import Work
from app.domain.contact_roles import ContactRole
from app.domain.errors import Conflict
from app.domain.events import EventType
from app.domain.policies import PolicyKey
from app.domain.preconditions import Expected
from app.domain.readiness import readiness
from app.domain.sections import FORM_VERSION, DetailsGroup
from app.domain.workflow import ACCEPTING, EDITABLE, Party, Status, StepName
from app.models import Application, ApplicationDetails, Centre, Policy
from app.queries import applications as queries
from app.queries.centres import lock_centre
from app.queries.home import HomeFacts, home_facts
from app.queries.readiness import readiness_facts
from app.schemas import applications as schemas
from app.services.application_views import missing_items, overview, summaries
from app.services.help import help_contacts, useful_links
from app.services.interviews import call_off
from app.services.invoices import credit_unpaid
from app.services.workflow import begin_step, move, record_step


async def start_application(work: Work, found: Centre) -> schemas.Application:
    """Start the centre's application (R11).

    Raises `Conflict` when one is open, or when the centre is recognised. The centre's row is locked, so that two
    people who start at once get one application.
    """
    centre = await lock_centre(work.session, found.id)
    if await queries.find_active_recognition(work.session, centre.id) is not None:
        raise Conflict("The centre is already recognised, so there is nothing to apply for.", code="already_recognised")
    open_one = await queries.find_open_application(work.session, centre.id)
    if open_one is not None:
        raise Conflict(
            f"The centre already has an open application, {open_one.reference}.",
            code="application_open",
            extra={"application_id": str(open_one.id)},
        )
    assert work.actor.id is not None
    row = Application(
        reference=await outbox.next_reference(work, "CRA"),
        centre_id=centre.id,
        centre_name=centre.name,
        form_version=FORM_VERSION,
        status=Status.DRAFT,
        status_since=work.now,
        returned_by_centre_lead=False,
        working_days_used=0,
        started_by=work.actor.id,
        started_at=work.now,
        changed_at=work.now,
    )
    work.session.add(row)
    await work.session.flush()
    work.session.add_all(ApplicationDetails(application_id=row.id, group=group, data={}) for group in DetailsGroup)
    work.session.add_all(Policy(application_id=row.id, key=key, changed_at=work.now) for key in PolicyKey)
    await record_step(work, row, EventType.APPLICATION_STARTED, f"Application {row.reference} started")
    return await overview(work, row)


async def list_inbox(work: Work, asked: schemas.ApplicationQuery) -> schemas.ApplicationPage:
    """A page of the inbox."""
    rows, cursor = await queries.list_applications(work, asked)
    return schemas.ApplicationPage(items=await summaries(work, rows), next_cursor=cursor)


async def list_of_centre(work: Work, centre: Centre, asked: schemas.CentreApplicationQuery) -> schemas.ApplicationPage:
    """A page of one centre's applications."""
    rows, cursor = await queries.list_centre_applications(work, centre.id, asked)
    return schemas.ApplicationPage(items=await summaries(work, rows), next_cursor=cursor)


async def show_readiness(work: Work, row: Application) -> schemas.Readiness:
    """Everything that is missing (R16). What has been submitted lacks nothing."""
    gaps = readiness((await readiness_facts(work, [row]))[row.id]) if row.status in EDITABLE else []
    return schemas.Readiness(ready=not gaps, missing=missing_items(gaps))


async def withdraw(
    work: Work, application: Application, expected: Expected, said: schemas.Withdrawal
) -> schemas.Application:
    """Withdraw at any time before a decision; what is unpaid on the invoice is credited in full, and an interview that
    is still arranged is called off."""
    row, facts = await begin_step(work, application, expected, StepName.WITHDRAW)
    before = row.status
    move(work, row, StepName.WITHDRAW, facts)
    row.withdrawal_reason = said.reason
    await call_off(work, row, facts, "The application was withdrawn.")
    await credit_unpaid(work, row, "The application was withdrawn.")
    await record_step(
        work,
        row,
        EventType.WITHDRAWN,
        f"Application {row.reference} withdrawn",
        before=before,
        after={"reason": said.reason},
    )
    await outbox.queue_email(work, "application_withdrawn", application_id=row.id)
    await outbox.queue_email(work, "application_withdrawn_staff", application_id=row.id)
    return await overview(work, row)


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
