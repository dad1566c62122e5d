"""Receive an initial application (R01, R02)."""

import hashlib
import json

from app import outbox
from app.database import Work
from app.domain.events import EventType
from app.domain.initial_applications import InitialApplicationStatus
from app.domain.names import email_domain, email_key, name_key
from app.domain.working_days import due_at
from app.letters.initial_applications.received import InitialApplicationReceived
from app.models import InitialApplication
from app.queries import initial_applications as queries
from app.schemas import initial_applications as schemas
from app.services.help import help_contacts, useful_links


async def receive(work: Work, body: schemas.InitialApplicationCreate) -> schemas.InitialApplicationReceipt:
    """Store an initial application, give it a reference and queue the acknowledgement (R01, R02).

    An exact duplicate of one that was not declined gets the same receipt and creates nothing.
    """
    fingerprint = _fingerprint(body)
    row = await queries.find_by_fingerprint(work.session, fingerprint)
    if row is None:
        row = await _store(work, body, fingerprint)
    return schemas.InitialApplicationReceipt(
        id=row.id,
        reference=row.reference,
        organisation_name=row.organisation_name,
        received_at=row.received_at,
        log_in_details_due_at=row.log_in_details_due_at,
        what_happens_next=(
            "We carry out initial due diligence. Then we set up your account on our "
            f"{work.settings.organisation.portal_name} and email the log-in details to {row.super_user_first_name} "
            f"{row.super_user_last_name}, within two working days."
        ),
        help=help_contacts(work.settings),
        useful_links=useful_links(work.settings),
    )


def _fingerprint(body: schemas.InitialApplicationCreate) -> bytes:
    content = body.model_dump(mode="json")
    content["email"] = email_key(body.email)
    content["initial_super_user"]["email"] = email_key(body.initial_super_user.email)
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).casefold().encode()).digest()


async def _store(work: Work, body: schemas.InitialApplicationCreate, fingerprint: bytes) -> InitialApplication:
    person = body.initial_super_user
    row = InitialApplication(
        reference=await outbox.next_reference(work, "IA"),
        status=InitialApplicationStatus.RECEIVED,
        organisation_name=body.organisation_name,
        name_key=name_key(body.organisation_name),
        address=body.address.model_dump(),
        email=body.email,
        email_domain=email_domain(body.email),
        telephone=body.telephone,
        super_user_first_name=person.first_name,
        super_user_last_name=person.last_name,
        super_user_job_title=person.job_title,
        super_user_email=person.email,
        super_user_telephone=person.telephone,
        fingerprint=fingerprint,
        received_at=work.now,
        log_in_details_due_at=due_at(work.now, work.settings.working_days.log_in_details),
    )
    work.session.add(row)
    await work.session.flush()
    await outbox.record(
        work,
        EventType.INITIAL_APPLICATION_RECEIVED,
        ("initial_application", row.id),
        summary=f"Initial application {row.reference} received from {row.organisation_name}",
        public={"initial_application_id": str(row.id), "reference": row.reference},
    )
    await outbox.queue(work, InitialApplicationReceived(initial_application_id=row.id))
    return row
