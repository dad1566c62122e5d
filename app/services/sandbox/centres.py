"""Create a centre at any stage of its initial application: received, declined, or with an account."""

from uuid import UUID

from uuid_utils.compat import uuid7

from app.database import Work
from app.domain.actors import PUBLIC, SYSTEM, CentreRole, StaffRole
from app.domain.countries import Country
from app.domain.initial_applications import InitialApplicationStatus
from app.integrations.storage import DocumentStore
from app.letters.centre_users.sent import note_log_in_details_sent
from app.models import Centre, InitialApplication, Membership, Person
from app.queries.rows import get_row
from app.schemas import sandbox as schemas
from app.services.sandbox.people import (
    LogIns,
    Staff,
    as_actor,
    centre_actor,
    gather_staff,
    staff_actor,
    staff_to_schema,
)
from app.services.story import beginning
from app.services.story.player import ServicesPlayer
from app.services.story.script import Part, Scene

_PLACES = {
    Country.ENGLAND: ("Hull", "HU1 2AB"),
    Country.WALES: ("Cardiff", "CF10 1AA"),
    Country.SCOTLAND: ("Edinburgh", "EH6 6AA"),
    Country.NORTHERN_IRELAND: ("Belfast", "BT1 1AA"),
    Country.IRELAND: ("Dublin", "D02 AF30"),
    Country.JERSEY: ("St Helier", "JE2 3AB"),
    Country.GUERNSEY: ("St Peter Port", "GY1 1AB"),
    Country.ISLE_OF_MAN: ("Douglas", "IM1 1AB"),
    Country.OTHER: ("Dublin", "D02 AF30"),
}


def place_in(country: Country) -> tuple[str, str]:
    """Return a town of the country and its postcode, if it needs one."""
    # Beyond those, every form of a postcode will do.
    return _PLACES.get(country, (country.label, "10000" if country.postcode_required else ""))


def begin_story(
    work: Work, store: DocumentStore, staff: Staff, body: schemas.SandboxCentreCreate | None = None
) -> ServicesPlayer:
    """Return a player with the sandbox's staff and a centre that no other call uses."""
    run = uuid7().hex[-12:]
    scene = Scene(run, work.now, ids={"centre_lead": str(staff[StaffRole.CENTRE_LEAD].id)})
    chosen = body or schemas.SandboxCentreCreate()
    town, postcode = place_in(chosen.country)
    scene.form["organisation_name"] = chosen.name or f"{scene.form['organisation_name']} {run[-4:].upper()}"
    scene.form["address"] |= {"town": town, "country": chosen.country.value, "postcode": postcode}
    cast = {Part(role.value): staff_actor(person, role) for role, person in staff.items() if role.value in set(Part)}
    return ServicesPlayer(work, store, {Part.APPLICANT: PUBLIC, **cast}, scene)


async def make_centre(
    work: Work, store: DocumentStore, key: str, body: schemas.SandboxCentreCreate
) -> schemas.SandboxCentre:
    """Create a centre, or an initial application that is still open or declined."""
    log_ins = LogIns(key)
    staff = await gather_staff(work, log_ins)
    player = begin_story(work, store, staff, body)
    await player.play(beginning.apply)
    super_user = None
    if body.status is InitialApplicationStatus.DECLINED:
        await player.play(beginning.decline)
    elif body.status is InitialApplicationStatus.ACCOUNT_CREATED:
        super_user = await open_account(player)
        if not body.first_password:
            await choose_password(player, log_ins, super_user)
    ids = player.scene.ids
    initial = await get_row(work.session, InitialApplication, UUID(ids["initial_application"]))
    centre = await get_row(work.session, Centre, UUID(ids["centre"])) if super_user else None
    return schemas.SandboxCentre(
        initial_application_id=initial.id,
        initial_application_reference=initial.reference,
        initial_application_status=initial.status,
        centre_id=centre.id if centre else None,
        centre_reference=centre.reference if centre else None,
        main_site_id=UUID(ids["main_site"]) if centre else None,
        name=initial.organisation_name,
        super_user=log_ins.to_schema(super_user) if super_user else None,
        staff=staff_to_schema(log_ins, staff),
    )


async def open_account(player: ServicesPlayer) -> Person:
    """Carry out due diligence, create the account, and return the super user, who joins the story's cast."""
    await player.play(beginning.carry_out_due_diligence, beginning.open_account)
    session, ids = player.work.session, player.scene.ids
    membership = await get_row(session, Membership, UUID(ids["super_user"]))
    person = await get_row(session, Person, membership.person_id)
    player.cast[Part.SUPER_USER] = centre_actor(person, UUID(ids["centre"]), CentreRole.SUPER_USER)
    return person


async def choose_password(
    player: ServicesPlayer, log_ins: LogIns, person: Person, membership_id: UUID | None = None
) -> None:
    """Set the person's password as if the log-in details had arrived, so that they are not sent again.

    `membership_id` defaults to the story's super user.
    """
    work = as_actor(player.work, SYSTEM, player.scene.now)
    await note_log_in_details_sent(work, membership_id or UUID(player.scene.ids["super_user"]))
    await log_ins.set_password(work, person)
