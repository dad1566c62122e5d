"""What happens to personal data: how long they are kept, and what erasing leaves (UK GDPR articles 5(1)(e), 17)."""

from enum import StrEnum
from uuid import UUID


class Erasure(StrEnum):
    """What an erasure does to a column, as the inventory says it."""

    ERASED = "erased"
    RECORD = "kept: the record that a regulator may ask for"
    ORGANISATION = "kept: details of the organisation, which the centre corrects"
    TAX = "kept: tax law asks for it"
    SECURITY = "kept: to find out about an attack"
    SOON = "goes by itself within days"


class PersonalDataKind(StrEnum):
    """A kind of row that holds a person's data."""

    ACCOUNT = "account"
    MEMBERSHIP = "membership"
    STAFF_RECORD = "staff_record"
    SESSION = "session"
    SECOND_FACTOR = "second_factor"
    EMAIL_CHANGE = "email_change"
    CONTACT = "contact"
    INVOICE_ADDRESS = "invoice_address"
    INITIAL_APPLICATION = "initial_application"
    LETTER = "letter"
    CHANGE_MADE = "change_made"


FIRST_NAME = "Erased"
LAST_NAME = "person"
JOB_TITLE = "Erased"
# No number of the United Kingdom begins like this.
TELEPHONE = "+440000000000"
SOMEBODY = "an erased person"


def erased_address(id_: UUID) -> str:
    """Return an address that no mail reaches (RFC 6761 section 6.4), one for each row."""
    return f"erased-{id_}@erased.invalid"
