"""Recognise a centre, and show its recognition (R21, R22)."""

from uuid_utils.compat import uuid7

from app import outbox
from app.database import Work
from app.domain.events import EventType
from app.domain.json_values import JsonObject
from app.domain.recognitions import RecognitionStatus
from app.domain.working_days import london_date
from app.models import Application, Centre, Recognition, ReplacedCertificate
from app.pdf.issued.recognitions import role_reminders, verification_url
from app.queries.recognitions import replaced_certificates, standing_of
from app.queries.rows import get_row
from app.queries.submissions import centre_as_it_is
from app.schemas import recognitions as schemas
from app.schemas.shared import PersonRef
from app.services.help import help_contacts, useful_links


async def recognise(work: Work, application: Application) -> Recognition:
    """Recognise the centre of an application that has just been accepted, and fix what the certificate says.

    Raises `Conflict`, by a constraint, for a centre that is already recognised.
    """
    centre = await get_row(work.session, Centre, application.centre_id)
    row = Recognition(
        number=await outbox.next_reference(work, "RC"),
        centre_id=centre.id,
        application_id=application.id,
        status=RecognitionStatus.ACTIVE,
        centre_name=centre.name,
        centre_town=centre.address_town,
        recognised_from=london_date(work.now),
        centre_lead_id=application.centre_lead_id,
        account_team=[member.model_dump(mode="json") for member in work.settings.account_team],
        certificate_issued_at=work.now,
    )
    work.session.add(row)
    await work.session.flush()
    await _record_certificate(work, row, f"Recognition certificate {row.number} issued")
    return row


async def issue_again(work: Work, row: Recognition, centre: Centre) -> None:
    """Issue the certificate of a locked recognition anew, with the centre's name and town of today and a new number.

    The old number is marked as replaced.
    """
    old = ReplacedCertificate(
        id=row.issued_id,
        number=row.number,
        recognition_id=row.id,
        centre_id=row.centre_id,
        centre_name=row.centre_name,
        centre_town=row.centre_town,
        issued_at=row.certificate_issued_at,
        replaced_at=work.now,
    )
    work.session.add(old)
    row.number = await outbox.next_reference(work, "RC")
    row.certificate_id = uuid7()
    row.certificate_issued_at = work.now
    row.centre_name = centre.name
    row.centre_town = centre.address_town
    await work.session.flush()
    await _record_certificate(work, row, f"Recognition certificate {row.number} issued in place of {old.number}", old)


async def _record_certificate(
    work: Work, row: Recognition, summary: str, replaces: ReplacedCertificate | None = None
) -> None:
    await outbox.record(
        work,
        EventType.CERTIFICATE_ISSUED,
        ("recognition", row.id),
        summary=summary,
        application_id=row.application_id,
        centre_id=row.centre_id,
        public={
            "recognition_id": str(row.id),
            "application_id": str(row.application_id),
            "centre_id": str(row.centre_id),
            "number": row.number,
            "recognised_from": row.recognised_from.isoformat(),
            "replaces": replaces.number if replaces is not None else None,
        },
        before=_printed(replaces) if replaces is not None else None,
        after=_printed(row),
    )


def _printed(row: Recognition | ReplacedCertificate) -> JsonObject:
    return {"number": row.number, "centre_name": row.centre_name, "centre_town": row.centre_town}


async def show(work: Work, row: Recognition) -> schemas.Recognition:
    standing = await standing_of(work.session, row)
    lead = standing.centre_lead
    address = f"{work.settings.root_path}/v1/centres/{row.centre_id}/recognition"
    return schemas.Recognition(
        id=row.id,
        centre_id=row.centre_id,
        application_id=row.application_id,
        number=row.number,
        status=row.status,
        centre_name=row.centre_name,
        centre_town=row.centre_town,
        recognised_from=row.recognised_from,
        ended_at=row.ended_at,
        centre_lead=PersonRef(id=lead.id, name=lead.name) if lead is not None else None,
        account_team=[schemas.AccountTeamMember.model_validate(member) for member in row.account_team],
        certificate_issued_at=row.certificate_issued_at,
        replaced_certificates=[
            schemas.ReplacedCertificate.model_validate(old) for old in await replaced_certificates(work.session, row.id)
        ],
        certificate_path=f"{address}/certificate",
        verification_url=verification_url(work.settings, row.number),
        welcome_pack=schemas.WelcomePack(
            path=f"{address}/welcome-pack",
            roles=role_reminders(await centre_as_it_is(work.session, row.centre_id), work.settings),
            useful_links=useful_links(work.settings),
            help=help_contacts(work.settings),
        ),
        open_actions=standing.open_actions,
    )
