"""What a field is called in a message to the person who fills in the form."""

from collections.abc import Sequence
from typing import Final

# Where the field's name without its underscores is not what a person would say.
_LABELS: Final = {
    "answer_by": "date to answer by",
    "approved_on": "approval date",
    "asked": "text of the request",
    "body": "request body",
    "by_seconds": "number of seconds",
    "centre_type_other": "type of centre",
    "due_on": "due date",
    "email": "email address",
    "ends_at": "end time",
    "established_on": "date of establishment",
    "expires_on": "expiry date",
    "from_16_to_18": "number of learners aged 16 to 18",
    "from_19": "number of learners aged 19 and over",
    "last_quality_assurance_on": "date of the last quality assurance visit",
    "line_1": "first line of the address",
    "line_2": "second line of the address",
    "ncn": "National Centre Number",
    "new_email": "new email address",
    "overlap_hours": "number of hours",
    "owner_email": "owner's email address",
    "pre_16": "number of learners under 16",
    "received_on": "date received",
    "recipient": "recipient's email address",
    "start_on": "start date",
    "starts_at": "start time",
    "telephone": "telephone number",
    "telephone_extension": "extension",
    "ukprn": "UKPRN",
    "urn": "URN",
    "vat_number": "VAT number",
    "year_1": "number of learners in year 1",
    "year_2": "number of learners in year 2",
    "year_3": "number of learners in year 3",
}
# What is picked from a list rather than typed.
_CHOSEN: Final = frozenset(
    {"check", "code", "country", "file", "kind", "level", "method", "mode", "outcome", "role", "roles", "scopes"}
    | {"section", "state", "status"}
)
_REQUESTS: Final = {
    "accepted": "Accept the agreement and the code of conduct: send true.",
    "declaration": "Confirm the declaration: send true.",
    "first_password": "Say whether to send a first password: true or false.",
    "items": "Add at least one item for the centre to answer.",
}


def label(steps: Sequence[object]) -> str:
    """The name of the field at the end of a location, such as `legal name`; the field of a list for its entries."""
    name = next((step for step in reversed(steps) if isinstance(step, str)), "value")
    return _LABELS.get(name) or name.replace("_", " ")


def request_for(steps: Sequence[object]) -> str:
    """The sentence that asks for the field: `Enter the legal name.`"""
    name = next((step for step in reversed(steps) if isinstance(step, str)), "value")
    verb = "Choose" if name in _CHOSEN else "Enter"
    return _REQUESTS.get(name) or f"{verb} the {label(steps)}."


def capital(text: str) -> str:
    """The label at the beginning of a sentence; capitals elsewhere stay."""
    return text[:1].upper() + text[1:]
