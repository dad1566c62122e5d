"""Bring an application to any state in one call."""

from datetime import timedelta
from uuid import UUID

from app.database import Work
from app.domain.actors import CentreRole
from app.domain.ledger import ledger
from app.domain.preconditions import etag
from app.domain.refusals.input import fault
from app.domain.refusals.input_faults import InputFaultCode
from app.domain.refusals.sandbox import StateNotReachable
from app.domain.sandbox import SandboxState, status_in
from app.integrations.storage import DocumentStore
from app.models import Application, Centre, Membership, Person
from app.queries.applications import find_active_recognition
from app.queries.centre_users import list_members
from app.queries.interviews import list_interviews
from app.queries.invoices import invoice_of, list_entries
from app.queries.rows import find_row, get_row
from app.schemas import sandbox as schemas
from app.services.sandbox.centres import begin_story, choose_password, open_account
from app.services.sandbox.people import LogIns, Staff, centre_actor, gather_staff, staff_to_schema
from app.services.story import beginning
from app.services.story.player import ServicesPlayer
from app.services.story.script import Part
from app.services.story.ways import WAYS

_LONGEST_PAUSE = timedelta(days=1)
_SHORTEST_PAUSE = timedelta(seconds=1)


async def make_application(
    work: Work, store: DocumentStore, key: str, body: schemas.SandboxApplicationCreate
) -> schemas.SandboxApplication:
    """Play the story up to the state, ending now. Each step goes through the service that real data uses.

    Raises `InvalidInput` for an unknown centre, and `Conflict` if the centre cannot apply or the settings rule the
    state out.
    """
    log_ins, way = LogIns(key), WAYS[body.state]
    staff = await gather_staff(work, log_ins)
    player = begin_story(work, store, staff)
    if body.centre_id is None:
        people = await _move_in(player, log_ins, acts=len(way))
    else:
        people = await _use_centre(player, log_ins, body.centre_id, acts=len(way))
    for act in way:
        player.scene.now += player.scene.pause
        await player.play(act)
    return await _to_schema(player, log_ins, staff, people, body.state)


_People = tuple[Person, Person]
"""A super user of the centre, and a user."""


async def _move_in(player: ServicesPlayer, log_ins: LogIns, *, acts: int) -> _People:
    """Create a centre with a second site and a second user, a day before its application starts."""
    scene = player.scene
    scene.pause = _LONGEST_PAUSE
    scene.now -= (acts + 1) * scene.pause
    await player.play(beginning.apply)
    scene.now += scene.pause
    super_user = await open_account(player)
    await choose_password(player, log_ins, super_user)
    await player.play(beginning.add_site)
    return super_user, await _invite(player, log_ins)


async def _use_centre(player: ServicesPlayer, log_ins: LogIns, centre_id: UUID, *, acts: int) -> _People:
    """Use an existing centre, with its first super user and its first other user; invite a user if it has none."""
    work, scene = player.work, player.scene
    centre = await find_row(work.session, Centre, centre_id)
    if centre is None:
        raise fault("/centre_id", InputFaultCode.UNKNOWN_CENTRE, "Enter the id of a centre in this sandbox.")
    members = await list_members(work.session, centre.id)
    active = [found for found in members if found[0].deactivated_at is None and not found[0].pending]
    membership, super_user = next(found for found in active if found[0].role is CentreRole.SUPER_USER)
    other = next((found for found in active if found[0].role is CentreRole.USER), None)
    scene.ids["centre"] = str(centre.id)
    await _let_in(player, log_ins, membership, super_user)
    player.cast[Part.SUPER_USER] = centre_actor(super_user, centre.id, CentreRole.SUPER_USER)
    if other is None:
        user = await _invite(player, log_ins)
    else:
        user = other[1]
        await _let_in(player, log_ins, *other)
        player.cast[Part.USER] = centre_actor(user, centre.id, CentreRole.USER)
    # Keep every act after the centre's creation, and no two at the same time.
    scene.pause = min(max((work.now - centre.created_at) / acts, _SHORTEST_PAUSE), _LONGEST_PAUSE)
    scene.now = work.now - acts * scene.pause
    return super_user, user


async def _let_in(player: ServicesPlayer, log_ins: LogIns, membership: Membership, person: Person) -> None:
    if person.must_change_password:
        await choose_password(player, log_ins, person, membership.id)
    else:
        await log_ins.set_password(player.work, person)


async def _invite(player: ServicesPlayer, log_ins: LogIns) -> Person:
    await player.play(beginning.invite_colleague)
    membership = await get_row(player.work.session, Membership, UUID(player.scene.ids["user"]))
    person = await get_row(player.work.session, Person, membership.person_id)
    await choose_password(player, log_ins, person, membership.id)
    player.cast[Part.USER] = centre_actor(person, membership.centre_id, CentreRole.USER)
    return person


async def _to_schema(
    player: ServicesPlayer, log_ins: LogIns, staff: Staff, people: _People, state: SandboxState
) -> schemas.SandboxApplication:
    """Raises `Conflict` if the settings led to another state: without a fee, no application waits for payment."""
    session = player.work.session
    row = await get_row(session, Application, UUID(player.scene.ids["application"]))
    if row.status is not status_in(state):
        raise StateNotReachable(state, row.status)
    invoice = await invoice_of(session, row.id)
    entries = await list_entries(session, [invoice.id]) if invoice is not None else []
    interviews = await list_interviews(session, row.id)
    recognition = await find_active_recognition(session, row.centre_id)
    super_user, user = people
    return schemas.SandboxApplication(
        etag=etag(row.version),
        id=row.id,
        reference=row.reference,
        state=state,
        status=row.status,
        centre_id=row.centre_id,
        invoice_id=invoice.id if invoice is not None else None,
        invoice_status=ledger(invoice.total_pence, ((each.kind, each.amount_pence) for each in entries)).status
        if invoice is not None
        else None,
        interview_id=interviews[-1].id if interviews else None,
        certificate_number=recognition.number if recognition is not None else None,
        super_user=log_ins.to_schema(super_user),
        user=log_ins.to_schema(user),
        staff=staff_to_schema(log_ins, staff),
    )
