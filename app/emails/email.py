"""What every email is: a frozen dataclass whose fields are the variables of its template."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar


class Audience(StrEnum):
    """Whom a message addresses; a centre is always told how to reach customer experience (R25)."""

    CENTRE = "centre"
    STAFF = "staff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Email:
    """One message to one person. Its words stand in `templates/<name>.jinja`, once for text and HTML alike."""

    audience: ClassVar[Audience] = Audience.CENTRE

    recipient_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffEmail(Email):
    """One message to a member of the awarding organisation's staff."""

    audience: ClassVar[Audience] = Audience.STAFF


def email_name(kind: type[Email]) -> str:
    """`application_returned` for `ApplicationReturned`: the registry's key and the template's name."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower()
