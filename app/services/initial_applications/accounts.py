"""Turn an initial application into a centre account: centre, main site and first super user (R04)."""

from app import outbox
from app.database import Work
from app.domain.actors import CentreRole
from app.domain.events import EventType
from app.domain.initial_applications import InitialApplicationStatus
from app.domain.names import email_domain, name_key
from app.domain.preconditions import Expected
from app.domain.refusals.initial_applications import ConcernNeedsReason, DueDiligenceIncomplete
from app.domain.sites import SiteKind
from app.models import Centre, InitialApplication, Membership, Site
from app.queries import initial_applications as queries
from app.schemas.initial_applications import CentreAccount, CentreAccountCreate
from app.services.initial_applications.due_diligence import lock_received, standing
from app.services.people import (
    PersonDetails,
    find_or_create_person,
    leave_to_accept,
    owe_log_in_details,
    require_not_staff,
)


async def create_centre_account(
    work: Work, found: InitialApplication, expected: Expected, body: CentreAccountCreate
) -> CentreAccount:
    """Create the account (R03, R04).

    Raises `Conflict` while a check is outstanding, when a concern has no recorded reason, and when the super user is
    staff.
    """
    row = await lock_received(work, found, expected)
    await _require_due_diligence(work, row, body)
    row.status = InitialApplicationStatus.ACCOUNT_CREATED
    row.concerns_accepted_reason = body.concerns_accepted_reason
    row.decided_by = work.actor.id
    row.decided_at = work.now
    centre = Centre(
        reference=await outbox.next_reference(work, "CEN"),
        name=row.organisation_name,
        name_key=name_key(row.organisation_name),
        address=row.address,
        email=row.email,
        email_domain=email_domain(row.email),
        telephone=row.telephone,
        telephone_extension=row.telephone_extension,
        created_at=work.now,
    )
    work.session.add(centre)
    await work.session.flush()
    row.centre_id = centre.id
    site = Site(
        centre_id=centre.id,
        kind=SiteKind.MAIN,
        name=row.organisation_name,
        address=row.address,
        email=row.email,
        telephone=row.telephone,
        telephone_extension=row.telephone_extension,
        created_at=work.now,
    )
    details = PersonDetails(
        row.super_user_first_name,
        row.super_user_last_name,
        row.super_user_job_title,
        row.super_user_email,
        row.super_user_telephone,
        row.super_user_telephone_extension,
    )
    person, created = await find_or_create_person(work, details)
    await require_not_staff(work, person)
    membership = Membership(
        person_id=person.id,
        centre_id=centre.id,
        role=CentreRole.SUPER_USER,
        job_title=row.super_user_job_title,
        telephone=row.super_user_telephone,
        telephone_extension=row.super_user_telephone_extension,
        invited_at=work.now,
    )
    if not created:
        leave_to_accept(membership, details)
    work.session.add_all([site, membership])
    await work.session.flush()
    await outbox.record(
        work,
        EventType.ACCOUNT_CREATED,
        ("centre", centre.id),
        summary=f"Account created for {centre.name}",
        centre_id=centre.id,
        public={"centre_id": str(centre.id), "initial_application_id": str(row.id), "reference": centre.reference},
        before={"status": InitialApplicationStatus.RECEIVED.value},
        after={
            "status": row.status.value,
            "initial_application": row.reference,
            "concerns_accepted_reason": body.concerns_accepted_reason,
        },
    )
    await owe_log_in_details(work, membership)
    return CentreAccount(
        id=centre.id,
        reference=centre.reference,
        main_site_id=site.id,
        super_user_id=membership.id,
        initial_application_id=row.id,
    )


async def _require_due_diligence(work: Work, row: InitialApplication, body: CentreAccountCreate) -> None:
    outstanding, concerns = standing(await queries.list_checks(work.session, row.id))
    if outstanding:
        raise DueDiligenceIncomplete(tuple(outstanding))
    if concerns and body.concerns_accepted_reason is None:
        raise ConcernNeedsReason(tuple(concerns))
