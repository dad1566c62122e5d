"""The awarding organisation's contact details and links, as the guide places them (R25)."""

from functools import lru_cache

from app.schemas.shared import HelpContacts, UsefulLink
from app.settings import HelpContacts as ConfiguredContacts
from app.settings import Settings


def help_contacts(settings: Settings) -> HelpContacts:
    return _shown(settings.organisation.help)


@lru_cache(maxsize=8)
def _shown(contacts: ConfiguredContacts) -> HelpContacts:
    # Each application and home page has them, and checking the addresses takes as long as a rule of readiness.
    return HelpContacts(
        team="Customer experience team",
        telephone=contacts.telephone,
        enquiries_email=contacts.enquiries_email,
        applications_email=contacts.applications_email,
    )


def useful_links(settings: Settings) -> list[UsefulLink]:
    """List the guide's useful links 1 to 7."""
    return [UsefulLink.model_validate(link) for link in settings.organisation.useful_links]
