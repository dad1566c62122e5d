"""Credit notes: how an invoice that was issued is lessened (R18)."""

from typing import Annotated

from pydantic import Field

from app.schemas.base import Request
from app.schemas.payments import MoneyInput
from app.schemas.text import several_lines


class CreditNoteCreate(Request):
    """Credit some or all of what is due."""

    amount: MoneyInput = Field(description="What is credited: at most what is due.")
    reason: Annotated[str, several_lines(1, 2000)] = Field(
        description="Why; everybody who can read the invoice sees it, the centre too.",
        examples=["The fee was waived by agreement of 20 November 2026."],
    )
