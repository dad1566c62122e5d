"""A sample of every email; `sample(kind, words)` puts `words` wherever a person could have typed something."""

from collections.abc import Callable
from dataclasses import MISSING, fields
from datetime import UTC, date, datetime

from app.emails.applications import ReturnedItem
from app.emails.decisions import RequiredAction
from app.emails.email import Email
from app.emails.initial_applications import LateInitialApplication
from app.settings import AccountTeamMember, Bank

DAY = date(2026, 12, 7)
MOMENT = datetime(2026, 12, 7, 14, 30, tzinfo=UTC)

_DATES = {"answer_by", "due_on", "received_on", "recognised_from", "reversed_on"}
_MOMENTS = {
    "changed_at",
    "ends_at",
    "expires_at",
    "previous_starts_at",
    "starts_at",
    "submitted_at",
    "withdrawn_at",
}
_VALUES: dict[str, object] = {
    "amount_due_pence": 50_000,
    "amount_pence": 50_000,
    "application_waits": True,
    "reversed_pence": 50_000,
    "currency": "GBP",
    "item_count": 2,
    "bank": Bank(),
    "email": "sam.taylor@example.org",
    "first_password": "river-Table-42-lamp",
    "token": "a+b/c=token",
    "verification_url": "https://portal.example.org/certificates/CERT-2026-000001",
    "reference": "CRA-2026-000123",
    "invoice_number": "INV-2026-000045",
    "certificate_number": "CERT-2026-000001",
}
_NESTED: dict[str, Callable[[str], object]] = {
    "applications": lambda words: (LateInitialApplication("IA-2026-000123", f"{words} late", DAY),),
    "items": lambda words: (
        ReturnedItem("Policies and Procedures", f"{words} part", f"{words} request one"),
        ReturnedItem("Application", None, f"{words} request two"),
    ),
    "actions": lambda words: (RequiredAction(f"{words} action", DAY),),
    "account_team": lambda words: (
        AccountTeamMember(
            role="Customer experience", name=f"{words} member", email="team@example.org", telephone="01332 341822"
        ),
    ),
    "documents": lambda words: (f"{words} agreement", "Customer code of conduct, version 2"),
    "roles": lambda words: ("Centre lead", f"{words} role"),
}


def sample(kind: type[Email], words: str = "Riverside College") -> Email:
    """A message of this kind in which every field is filled, and no two with the same words."""
    values: dict[str, object] = {}
    for field in fields(kind):
        assert field.default is MISSING, "a message has no defaults: whoever sends it decides every field"
        if field.name in _DATES:
            values[field.name] = DAY
        elif field.name in _MOMENTS:
            values[field.name] = MOMENT
        elif field.name in _NESTED:
            values[field.name] = _NESTED[field.name](words)
        else:
            values[field.name] = _VALUES.get(field.name, f"{words} {field.name}")
    return kind(**values)  # type: ignore[arg-type]  # the fields of any kind, by name
