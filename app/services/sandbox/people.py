"""The people of a sandbox: the same five members of staff for every centre, and users who can log in at once."""

import hmac
from base64 import b32encode
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from app.database import Work
from app.domain.actors import Actor, ActorKind, CentreRole, StaffRole
from app.models import Person
from app.queries.locking import Turn, take_turn
from app.queries.people import find_person_by_email, find_staff_record
from app.schemas.sandbox import SandboxLogIn, SandboxStaff
from app.schemas.staff import StaffMemberUpdate
from app.security.passwords import verify_password
from app.services import staff
from app.services.people import PersonDetails
from app.services.story.operations import ANY_VERSION

SANDBOX = Actor(ActorKind.SYSTEM, name="The sandbox")

_STAFF = {
    StaffRole.CUSTOMER_EXPERIENCE: ("Amara", "Osei", "Customer experience adviser"),
    StaffRole.FINANCE: ("Piotr", "Zielinski", "Finance officer"),
    StaffRole.CENTRE_LEAD: ("Tomos", "Prydderch", "Centre lead"),
    StaffRole.QUALITY_ASSURANCE_MANAGER: ("Ruth", "Abelson", "Quality assurance manager"),
    StaffRole.ADMINISTRATOR: ("Grace", "Lindqvist", "Systems administrator"),
}
# Verifying a password hash is slow, and every call gathers the staff: cache each person's last verified hash.
_verified: dict[UUID, str] = {}

Staff = Mapping[StaffRole, Person]


@dataclass(frozen=True)
class LogIns:
    """Derives passwords from the deployment's key and the person, so that none is stored in the clear."""

    key: str

    def password_of(self, person: Person) -> str:
        """Return four groups of five letters and digits, 100 bits."""
        digest = hmac.digest(self.key.encode(), f"sandbox {person.id}".encode(), "sha256")
        letters = b32encode(digest).decode().lower()[:20]
        return "-".join(letters[at : at + 5] for at in range(0, 20, 5))

    async def set_password(self, work: Work, person: Person) -> None:
        """Set the derived password as if the person had chosen it; do nothing if it is set already."""
        password = self.password_of(person)
        if person.password_hash is not None and not person.must_change_password:
            if _verified.get(person.id) == person.password_hash:
                return
            if await verify_password(person.password_hash, password):
                return
        await staff.set_password(as_actor(work, SANDBOX), person, password)

    def to_schema(self, person: Person) -> SandboxLogIn:
        """Return the log-in details. A first password is left out: only the email has it."""
        password = None if person.must_change_password else self.password_of(person)
        return SandboxLogIn(person_id=person.id, name=person.name, email=person.email, password=password)


def as_actor(work: Work, actor: Actor, now: datetime | None = None) -> Work:
    """Return the same transaction with another actor and, if given, another time."""
    return replace(work, actor=actor, now=now or work.now)


def staff_actor(person: Person, role: StaffRole) -> Actor:
    """Return a member of staff as an actor with one role."""
    return Actor(ActorKind.PERSON, person.id, person.name, person.email, staff_roles=frozenset({role}))


def centre_actor(person: Person, centre_id: UUID, role: CentreRole) -> Actor:
    """Return a centre user as an actor."""
    return Actor(ActorKind.PERSON, person.id, person.name, person.email, memberships={centre_id: role})


async def wait_for_turn(work: Work) -> None:
    """Serialise calls that create or delete: two at once would create the same people.

    Raises the lock time-out, because a call may queue behind many others.
    """
    await work.session.execute(text("SET LOCAL lock_timeout = '25s'"))
    await take_turn(work.session, Turn.SANDBOX)
    work.session.unbroken = True


async def gather_staff(work: Work, log_ins: LogIns) -> Staff:
    """Return a member of staff for each role, creating missing ones and undoing a test's changes."""
    await wait_for_turn(work)
    acting = as_actor(work, SANDBOX)
    found: dict[StaffRole, Person] = {}
    for role, (first, last, title) in _STAFF.items():
        person = await _one_of_the_staff(acting, role, PersonDetails(first, last, title, _address(role), None))
        await log_ins.set_password(acting, person)
        assert person.password_hash is not None
        _verified[person.id] = person.password_hash
        found[role] = person
    return found


async def _one_of_the_staff(work: Work, role: StaffRole, details: PersonDetails) -> Person:
    person = await find_person_by_email(work.session, details.email)
    row = await find_staff_record(work.session, person.id) if person is not None else None
    if person is None or row is None or row.deactivated_at is not None:
        _, person = await staff.create_staff(work, details, [role])
    elif row.roles != [role.value]:
        await staff.update(work, row, ANY_VERSION, StaffMemberUpdate(roles=[role]))
    return person


def _address(role: StaffRole) -> str:
    return f"{role.value.replace('_', '.')}@staff.example.com"


def staff_to_schema(log_ins: LogIns, found: Staff) -> SandboxStaff:
    """Return the staff's log-in details."""
    return SandboxStaff(**{role.value: log_ins.to_schema(person) for role, person in found.items()})
