"""An application in any state in one call: a table of the ways that lead there, and the walking of one."""

from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias
from uuid import UUID

from app.database import Work
from app.domain.actors import CentreRole
from app.domain.errors import Conflict, fault
from app.domain.preconditions import etag
from app.domain.sandbox import SandboxState, status_in
from app.domain.working_days import london_date
from app.integrations.storage import DocumentStore
from app.models import Centre, Membership, Person
from app.queries.applications import find_active_recognition
from app.queries.centre_users import list_members
from app.queries.interviews import list_interviews
from app.queries.invoices import invoice_of, list_entries
from app.samples import answers
from app.schemas import sandbox as schemas
from app.schemas.centre_users import CentreUserInvite
from app.schemas.sites import SiteCreate
from app.services import centre_users, sites
from app.services.invoices.views import whole_invoice
from app.services.sandbox import centres_part, staffs_part
from app.services.sandbox.centres import ORDINARY, apply, choose_password, new_run, open_account
from app.services.sandbox.people import LogIns, Staff, as_actor, centre_actor, gather_staff, shown_staff
from app.services.sandbox.story import LONGEST_PAUSE, SHORTEST_PAUSE, Story

Step: TypeAlias = Callable[[Story], Awaitable[None]]

_COMPLETE = (centres_part.start, centres_part.fill_in)
_SUBMITTED = (*_COMPLETE, centres_part.submit)
_RETURNED = (*_SUBMITTED, staffs_part.return_at_initial_review)
_INVOICED = (*_SUBMITTED, staffs_part.pass_initial_review)
_PAID = (*_INVOICED, staffs_part.receive_fee)
_MET = (*_PAID, staffs_part.arrange_next, staffs_part.hold_interview)
_RECOMMENDED = (*_MET, staffs_part.recommend)

WAYS: Mapping[SandboxState, tuple[Step, ...]] = {
    SandboxState.DRAFT: (centres_part.start,),
    SandboxState.READY_TO_SUBMIT: _COMPLETE,
    SandboxState.SUBMITTED: _SUBMITTED,
    SandboxState.RETURNED: _RETURNED,
    SandboxState.RESUBMITTED: (*_RETURNED, centres_part.mend),
    SandboxState.AWAITING_PAYMENT: _INVOICED,
    SandboxState.IN_REVIEW: _PAID,
    SandboxState.RETURNED_BY_CENTRE_LEAD: (*_PAID, staffs_part.return_by_centre_lead),
    SandboxState.INTERVIEW_ARRANGED: (*_PAID, staffs_part.arrange_interview),
    SandboxState.INTERVIEW_HELD: _MET,
    SandboxState.AWAITING_DECISION: _RECOMMENDED,
    SandboxState.REFERRED_BACK: (*_RECOMMENDED, staffs_part.refer_back),
    SandboxState.ACCEPTED: (*_RECOMMENDED, staffs_part.accept),
    SandboxState.ACCEPTED_WITH_ACTIONS: (*_RECOMMENDED, staffs_part.accept_with_actions),
    SandboxState.REJECTED: (*_RECOMMENDED, staffs_part.reject),
    SandboxState.WITHDRAWN: (*_SUBMITTED, centres_part.withdraw),
}


async def make_application(
    work: Work, store: DocumentStore, key: str, said: schemas.SandboxApplicationCreate
) -> schemas.SandboxApplication:
    """Bring an application to the state, each step taken by the service that real data goes through.

    Raises `InvalidInput` for a centre that there is not, and `Conflict` for one that cannot apply, and for a state
    that the settings do not allow.
    """
    log_ins, way = LogIns(key), WAYS[said.state]
    staff = await gather_staff(work, log_ins)
    if said.centre_id is None:
        story = await _with_a_new_centre(work, store, log_ins, staff, len(way))
    else:
        story = await _with_the_centre(work, store, log_ins, staff, said.centre_id, len(way))
    for step in way:
        story.now += story.pause
        await step(story)
    work.publish_events = True
    return await _shown(story, log_ins, said.state)


async def _with_a_new_centre(work: Work, store: DocumentStore, log_ins: LogIns, staff: Staff, steps: int) -> Story:
    """A centre with a second site and a second user, whose account is a day old when the application is started."""
    run = new_run()
    begun = work.now - steps * LONGEST_PAUSE
    initial = await apply(as_actor(work, work.actor, begun - LONGEST_PAUSE), run, ORDINARY)
    acting = as_actor(work, work.actor, begun)
    account = await open_account(acting, staff, run, initial)
    await choose_password(acting, log_ins, account.membership, account.super_user)
    by_super_user = as_actor(acting, centre_actor(account.super_user, account.centre.id, CentreRole.SUPER_USER))
    await sites.create(by_super_user, account.centre, SiteCreate.model_validate(answers.delivery_site()))
    user = await _invite(by_super_user, log_ins, account.centre, run)
    return Story(work, store, staff, run, account.centre, account.super_user, user, begun, LONGEST_PAUSE)


async def _with_the_centre(
    work: Work, store: DocumentStore, log_ins: LogIns, staff: Staff, centre_id: UUID, steps: int
) -> Story:
    """A centre that is there, with the first of its super users and of its other users."""
    centre = await work.session.get(Centre, centre_id)
    if centre is None:
        raise fault("/centre_id", "unknown_centre", "There is no such centre.")
    active = [
        (row, person) for row, person in await list_members(work.session, centre.id) if row.deactivated_at is None
    ]
    membership, super_user = next(found for found in active if found[0].role is CentreRole.SUPER_USER)
    run = new_run()
    await _let_in(work, log_ins, membership, super_user)
    acting = as_actor(work, centre_actor(super_user, centre.id, CentreRole.SUPER_USER))
    other = next((found for found in active if found[0].role is CentreRole.USER), None)
    if other is not None:
        await _let_in(work, log_ins, *other)
    user = other[1] if other is not None else await _invite(acting, log_ins, centre, run)
    # Nothing happens before there is a centre, but for the second that lies between two steps at least.
    pause = min(max((work.now - centre.created_at) / steps, SHORTEST_PAUSE), LONGEST_PAUSE)
    return Story(work, store, staff, run, centre, super_user, user, work.now - steps * pause, pause)


async def _let_in(work: Work, log_ins: LogIns, membership: Membership, person: Person) -> None:
    if person.must_change_password:
        await choose_password(work, log_ins, membership, person)
    else:
        await log_ins.demand(work, person)


async def _invite(work: Work, log_ins: LogIns, centre: Centre, run: str) -> Person:
    """A user who is no super user, invited by the one whose transaction it is."""
    made = await centre_users.invite(work, centre, CentreUserInvite.model_validate(answers.colleague(run)))
    membership = await work.session.get_one(Membership, made.id)
    person = await work.session.get_one(Person, membership.person_id)
    await choose_password(work, log_ins, membership, person)
    return person


async def _shown(story: Story, log_ins: LogIns, state: SandboxState) -> schemas.SandboxApplication:
    """Raises `Conflict` where the settings lead elsewhere: without a fee, nothing ever waits for one."""
    row, session = story.application, story.work.session
    if row.status is not status_in(state):
        raise Conflict(
            f"As this deployment is set up, an application is never '{state}': this one was '{row.status}' at once.",
            code="state_not_reachable",
        )
    invoice = await invoice_of(session, row.id)
    entries = await list_entries(session, [invoice.id]) if invoice is not None else []
    interviews = await list_interviews(session, row.id)
    recognition = await find_active_recognition(session, story.centre.id)
    today = london_date(story.work.now)
    return schemas.SandboxApplication(
        etag=etag(row.version),
        id=row.id,
        reference=row.reference,
        state=state,
        status=row.status,
        centre_id=story.centre.id,
        invoice_id=invoice.id if invoice is not None else None,
        invoice_status=whole_invoice(invoice, entries, row.reference, today).status if invoice is not None else None,
        interview_id=interviews[-1].id if interviews else None,
        certificate_number=recognition.number if recognition is not None else None,
        super_user=log_ins.shown(story.super_user),
        user=log_ins.shown(story.user),
        staff=shown_staff(log_ins, story.staff),
    )
