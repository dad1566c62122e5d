"""How long personal data are kept that no record needs (UK GDPR article 5(1)(e))."""

from typing import Annotated

from pydantic import Field

from app.settings.parts import Part

_Months = Annotated[int, Field(ge=1, le=240)]


class Retention(Part):
    """In months and days; the worker erases what is older."""

    declined_months: _Months = 12
    former_people_months: _Months = 24
    letters_months: _Months = 36
    security_events_days: Annotated[int, Field(ge=30, le=3650)] = 400
    backups_days: Annotated[int, Field(ge=1, le=3650)] | None = None
    """How long the operator keeps backups. Nothing here erases them: a redaction says how far they reach."""
