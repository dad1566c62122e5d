"""The certificate and the welcome pack (R22)."""

from app.database import Work
from app.domain.contact_roles import CONTACT_ROLE_GUIDES, ContactRole
from app.domain.stored_files import IssuedKind
from app.domain.working_days import london_date
from app.models import Centre, Recognition
from app.pdf.certificate import CertificateDocument, render_certificate
from app.pdf.issued.keeping import IssuedDocument
from app.pdf.welcome_pack import ContactRoleReminder, WelcomePackAction, WelcomePackDocument, render_welcome_pack
from app.queries.actions import list_actions
from app.queries.recognitions import standing_of
from app.queries.submissions import CentreAsItIs, centre_as_it_is
from app.schemas.recognitions import RoleReminder
from app.settings import AccountTeamMember, Settings


def certificate(row: Recognition, settings: Settings) -> IssuedDocument:
    """Describe the recognition certificate."""
    document = CertificateDocument(
        centre_name=row.centre_name,
        certificate_number=row.number,
        recognised_from=row.recognised_from,
        issued_on=london_date(row.certificate_issued_at),
        verification_url=verification_url(settings, row.number),
    )
    return IssuedDocument(
        IssuedKind.CERTIFICATE,
        row.issued_id,
        f"Centre recognition certificate {row.number}.pdf",
        lambda: render_certificate(document, settings.organisation),
    )


async def welcome_pack(work: Work, row: Recognition) -> IssuedDocument:
    """Describe the welcome pack, with the people at this moment."""
    document, organisation = await _welcome_pack(work, row), work.settings.organisation
    return IssuedDocument(
        IssuedKind.WELCOME_PACK,
        row.issued_id,
        f"Welcome pack {row.number}.pdf",
        lambda: render_welcome_pack(document, organisation),
    )


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


def verification_url(settings: Settings, number: str) -> str:
    """Return the public page that verifies the certificate with this number."""
    base = settings.public_url or f"http://{settings.host}:{settings.port}"
    return f"{base.rstrip('/')}/v1/certificates/{number}"


def role_reminders(centre: CentreAsItIs, settings: Settings) -> list[RoleReminder]:
    """Return the six contact roles with their current holders and responsibilities."""
    ao = settings.organisation.short_name
    reminders = []
    for role in ContactRole:
        guide = CONTACT_ROLE_GUIDES[role]
        reminders.append(
            RoleReminder(
                role=role,
                title=role.label,
                held_by=[contact.name for contact, roles in centre.contacts if role in roles],
                responsibilities=[duty.format(ao=ao) for duty in guide.responsibilities or (guide.description,)],
            )
        )
    return reminders
