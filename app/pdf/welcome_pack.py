"""The welcome pack of a newly recognised centre (R22)."""

from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from app.domain.formats import long_date, plain_date
from app.pdf.typesetting import typeset
from app.settings import AccountTeamMember, AwardingOrganisation

_TEMPLATE = Path(__file__).parent / "templates" / "welcome_pack.typ"


@dataclass(frozen=True, slots=True, kw_only=True)
class WelcomePackAction:
    """A required action of an acceptance with actions (R23)."""

    description: str
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactRoleReminder:
    """A contact role, its holders at the centre and its responsibilities (R09)."""

    title: str
    held_by: tuple[str, ...]
    responsibilities: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WelcomePackDocument:
    """The welcome pack's data. `centre_lead_name` is None if no centre lead is assigned."""

    centre_name: str
    address_lines: tuple[str, ...]
    addressee: str
    certificate_number: str
    recognised_from: date
    issued_on: date
    centre_lead_name: str | None
    account_team: tuple[AccountTeamMember, ...]
    actions: tuple[WelcomePackAction, ...]
    roles: tuple[ContactRoleReminder, ...]


def render_welcome_pack(document: WelcomePackDocument, organisation: AwardingOrganisation) -> bytes:
    """Render a letter and two or three pages to keep, as PDF/UA-1."""
    return typeset(
        _TEMPLATE,
        {
            "centre_name": document.centre_name,
            "address_lines": list(document.address_lines),
            "addressee": document.addressee,
            "certificate_number": document.certificate_number,
            "recognised_from": plain_date(document.recognised_from),
            "issued_on": plain_date(document.issued_on),
            "centre_lead_name": document.centre_lead_name,
            "account_team": [member.model_dump(mode="json") for member in document.account_team],
            "actions": [
                {"description": action.description, "due_on": long_date(action.due_on)} for action in document.actions
            ],
            "roles": [asdict(role) for role in document.roles],
        },
        title=f"Welcome to {organisation.name}",
        made_on=document.issued_on,
        organisation=organisation,
    )
