"""The certificate and the welcome pack as PDFs: made once, kept, and the same bytes ever after (R22)."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

from anyio import to_thread

from app.database import Work
from app.domain.contact_roles import ContactRole
from app.domain.errors import Unavailable
from app.domain.working_days import london_date
from app.integrations.storage import DocumentStore, ObjectMissing, StorageUnavailable
from app.models import Centre, Recognition
from app.pdf.certificate import CertificateDocument, render_certificate
from app.pdf.welcome_pack import ContactRoleReminder, WelcomePackAction, WelcomePackDocument, render_welcome_pack
from app.queries.actions import list_actions
from app.queries.recognitions import standing_of
from app.queries.submissions import CentreAsItIs, centre_as_it_is
from app.services.recognitions import role_reminders, verification_url
from app.services.uploads import keep_file
from app.settings import AccountTeamMember

PDF = "application/pdf"


@dataclass(frozen=True)
class IssuedDocument:
    """A PDF that was issued, and the key under which it is kept."""

    storage_key: str
    file_name: str
    content: bytes

    @property
    def sha256(self) -> str:
        """SHA-256 of the content, in hexadecimal."""
        return hashlib.sha256(self.content).hexdigest()


async def certificate(work: Work, store: DocumentStore, row: Recognition) -> IssuedDocument:
    """The recognition certificate. Raises `StorageFull` and `Unavailable`."""
    document = CertificateDocument(
        centre_name=row.centre_name,
        certificate_number=row.number,
        recognised_from=row.recognised_from,
        issued_on=london_date(row.certificate_issued_at),
        verification_url=verification_url(work.settings, row.number),
    )
    key = f"certificates/{row.id}.pdf"
    content = await issued(store, key, lambda: render_certificate(document, work.settings.organisation))
    return IssuedDocument(key, f"Centre recognition certificate {row.number}.pdf", content)


async def welcome_pack(work: Work, store: DocumentStore, row: Recognition) -> IssuedDocument:
    """The welcome pack; it names who was there when it was made. Raises `StorageFull` and `Unavailable`."""
    document = await _welcome_pack(work, row)
    key = f"welcome-packs/{row.id}.pdf"
    content = await issued(store, key, lambda: render_welcome_pack(document, work.settings.organisation))
    return IssuedDocument(key, f"Welcome pack {row.number}.pdf", content)


async def _welcome_pack(work: Work, row: Recognition) -> WelcomePackDocument:
    centre = await centre_as_it_is(work.session, row.centre_id)
    standing = await standing_of(work.session, row)
    actions = await list_actions(work.session, row.application_id)
    return WelcomePackDocument(
        centre_name=row.centre_name,
        address_lines=_address_lines(centre.centre),
        addressee=_addressee(centre),
        certificate_number=row.number,
        recognised_from=row.recognised_from,
        issued_on=london_date(row.certificate_issued_at),
        centre_lead_name=standing.centre_lead.name if standing.centre_lead is not None else None,
        account_team=tuple(AccountTeamMember.model_validate(member) for member in row.account_team),
        actions=tuple(WelcomePackAction(description=action.description, due_on=action.due_on) for action in actions),
        roles=tuple(
            ContactRoleReminder(
                title=reminder.title,
                held_by=tuple(reminder.held_by),
                responsibilities=tuple(reminder.responsibilities),
            )
            for reminder in role_reminders(centre, work.settings)
        ),
    )


def _addressee(centre: CentreAsItIs) -> str:
    heads = [contact.name for contact, roles in centre.contacts if ContactRole.HEAD_OF_ORGANISATION in roles]
    return heads[0] if heads else "Head of organisation"


def _address_lines(centre: Centre) -> tuple[str, ...]:
    country = None if centre.address_country.in_uk else centre.address_country.label
    lines = (
        centre.address_line_1,
        centre.address_line_2,
        centre.address_town,
        centre.address_county,
        centre.address_postcode,
        country,
    )
    return tuple(line for line in lines if line)


async def issued(store: DocumentStore, key: str, render: Callable[[], bytes]) -> bytes:
    """What is kept under the key; made and kept first if nothing is. Two who make it at once make the same."""
    try:
        return b"".join([piece async for piece in await store.open(key)])
    except ObjectMissing:
        content = await to_thread.run_sync(render)
    except StorageUnavailable as error:
        raise Unavailable from error
    await keep_file(store, key, BytesIO(content))
    return content
