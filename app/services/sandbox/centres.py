"""A centre in any state of its beginning: an initial application, declined, or with an account."""

from dataclasses import dataclass
from uuid import UUID

from uuid_utils.compat import uuid7

from app.database import Work
from app.domain.actors import PUBLIC, SYSTEM, Actor, StaffRole
from app.domain.due_diligence import DueDiligenceCheckKey, DueDiligenceOutcome
from app.domain.initial_applications import InitialApplicationStatus
from app.domain.vocabularies import Country
from app.letters.centre_users.sent import note_log_in_details_sent
from app.models import Centre, InitialApplication, Membership, Person
from app.samples import answers
from app.schemas import initial_applications as asked
from app.schemas import sandbox as schemas
from app.services.initial_applications import accounts, due_diligence, receiving
from app.services.sandbox.people import ANY_VERSION, LogIns, Staff, as_actor, gather_staff, shown_staff, staff_actor

_PLACES = {
    Country.ENGLAND: ("Hull", "HU1 2AB"),
    Country.WALES: ("Cardiff", "CF10 1AA"),
    Country.SCOTLAND: ("Edinburgh", "EH6 6AA"),
    Country.NORTHERN_IRELAND: ("Belfast", "BT1 1AA"),
    Country.OTHER: ("Dublin", "D02 AF30"),
}
ORDINARY = schemas.SandboxCentreCreate()


@dataclass(frozen=True)
class Account:
    """A centre that has just got its account; `run` makes its addresses different from those of any other call."""

    run: str
    centre: Centre
    main_site_id: UUID
    membership: Membership
    super_user: Person


async def make_centre(work: Work, key: str, said: schemas.SandboxCentreCreate) -> schemas.SandboxCentre:
    """Make a centre, or the initial application that did not become one."""
    log_ins, run = LogIns(key), new_run()
    staff = await gather_staff(work, log_ins)
    initial = await apply(work, run, said)
    account = None
    if said.status is InitialApplicationStatus.DECLINED:
        await _decline(as_actor(work, _experience(staff)), initial)
    elif said.status is InitialApplicationStatus.ACCOUNT_CREATED:
        account = await open_account(work, staff, run, initial)
        if not said.first_password:
            await choose_password(work, log_ins, account.membership, account.super_user)
    work.publish_events = True
    return schemas.SandboxCentre(
        initial_application_id=initial.id,
        initial_application_reference=initial.reference,
        initial_application_status=initial.status,
        centre_id=account.centre.id if account else None,
        centre_reference=account.centre.reference if account else None,
        main_site_id=account.main_site_id if account else None,
        name=initial.organisation_name,
        super_user=log_ins.shown(account.super_user) if account else None,
        staff=shown_staff(log_ins, staff),
    )


def new_run() -> str:
    """What makes the addresses of one call different from those of any other."""
    return uuid7().hex[-12:]


async def apply(work: Work, run: str, said: schemas.SandboxCentreCreate) -> InitialApplication:
    """Stage one, as the public form sends it."""
    form = answers.initial_application(run)
    town, postcode = _PLACES[said.country]
    form["organisation_name"] = said.name or f"{form['organisation_name']} {run[-4:].upper()}"
    form["address"] |= {"town": town, "country": said.country.value, "postcode": postcode}
    acting = as_actor(work, PUBLIC)
    receipt = await receiving.receive(acting, asked.InitialApplicationCreate.model_validate(form))
    return await work.session.get_one(InitialApplication, receipt.id)


async def _decline(work: Work, initial: InitialApplication) -> None:
    said = asked.InitialApplicationDecline(reason="We could not confirm that the organisation exists.")
    await due_diligence.decline(work, initial, ANY_VERSION, said)


async def open_account(work: Work, staff: Staff, run: str, initial: InitialApplication) -> Account:
    """Stage two: due diligence, clear throughout, and the account."""
    acting = as_actor(work, _experience(staff))
    for check in DueDiligenceCheckKey:
        said = asked.DueDiligenceCheckCreate(
            check=check, outcome=DueDiligenceOutcome.CLEAR, note="Looked at; nothing against it was found."
        )
        await due_diligence.record_check(acting, initial, ANY_VERSION, said)
    made = await accounts.create_centre_account(acting, initial, ANY_VERSION, asked.CentreAccountCreate())
    membership = await work.session.get_one(Membership, made.super_user_id)
    return Account(
        run=run,
        centre=await work.session.get_one(Centre, made.id),
        main_site_id=made.main_site_id,
        membership=membership,
        super_user=await work.session.get_one(Person, membership.person_id),
    )


async def choose_password(work: Work, log_ins: LogIns, membership: Membership, person: Person) -> None:
    """The person has had the log-in details and has chosen a password. The letter is then not needed any more."""
    await note_log_in_details_sent(as_actor(work, SYSTEM), membership.id)
    await log_ins.demand(work, person)


def _experience(staff: Staff) -> Actor:
    return staff_actor(staff[StaffRole.CUSTOMER_EXPERIENCE], StaffRole.CUSTOMER_EXPERIENCE)
