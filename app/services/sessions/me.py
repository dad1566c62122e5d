"""The signed-in person's own details (R06)."""

from app import outbox
from app.database import Work
from app.domain.actors import StaffRole
from app.domain.events import EventType
from app.domain.factors import owes_second_factor
from app.domain.permissions import GRANTS
from app.domain.preconditions import Expected, etag
from app.models import Person
from app.queries.people import lock_person
from app.queries.rows import get_row
from app.queries.sessions import list_own_centres
from app.schemas import sessions as schemas
from app.services.patches import apply


async def show(work: Work) -> schemas.Me:
    """Show the signed-in person, with roles and centres."""
    assert work.actor.id is not None
    return await _to_schema(work, await get_row(work.session, Person, work.actor.id))


async def update(work: Work, expected: Expected, body: schemas.MeUpdate) -> schemas.Me:
    """Change one's own name and details. Raises `PreconditionRequired` and `StaleVersion`."""
    assert work.actor.id is not None
    person = await lock_person(work.session, work.actor.id)
    expected.check(person.version)
    change = apply(person, body.model_dump(exclude_unset=True))
    if change.after:
        await outbox.record(
            work,
            EventType.PERSON_UPDATED,
            ("person", person.id),
            summary="A person changed their own details",
            centre_sees=False,
            before=change.before,
            after=change.after,
        )
        await work.session.flush()
    return await _to_schema(work, person)


async def _to_schema(work: Work, person: Person) -> schemas.Me:
    centres = await list_own_centres(work.session, person.id)
    return schemas.Me(
        etag=etag(person.version),
        id=person.id,
        first_name=person.first_name,
        last_name=person.last_name,
        email=person.email,
        job_title=person.job_title,
        telephone=person.telephone,
        telephone_extension=person.telephone_extension,
        staff_roles=[role for role in StaffRole if role in work.actor.staff_roles],
        centres=[
            schemas.MyCentre(
                centre_id=centre.id,
                user_id=membership.id,
                name=centre.name,
                reference=centre.reference,
                role=membership.role,
            )
            for centre, membership in centres
        ],
        must_change_password=work.actor.must_change_password,
        second_factor=person.second_factor_since is not None,
        second_factor_required=owes_second_factor(
            work.actor, required_for_staff=work.settings.staff_need_second_factor
        ),
        permissions=sorted({permission for role in work.actor.any_roles() for permission in GRANTS[role]}),
    )
