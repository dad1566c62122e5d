"""The awarding organisation's contact details and links, as the guide places them (R25)."""

from app.schemas.shared import HelpContacts, UsefulLink
from app.settings import Settings


def help_contacts(settings: Settings) -> HelpContacts:
    contacts = settings.organisation.help
    return HelpContacts(
        team="Customer experience team",
        telephone=contacts.telephone,
        enquiries_email=contacts.enquiries_email,
        applications_email=contacts.applications_email,
    )


def useful_links(settings: Settings) -> list[UsefulLink]:
    """List the guide's useful links 1 to 7."""
    return [UsefulLink.model_validate(link) for link in settings.organisation.useful_links]
