"""Credit notes: how an issued invoice is reduced (R18)."""

from typing import Annotated

from pydantic import Field

from app.schemas.base import Request
from app.schemas.payments import MoneyInput
from app.schemas.text import several_lines


class CreditNoteCreate(Request):
    """Credit some or all of the amount due."""

    amount: MoneyInput = Field(description="The amount to credit, at most the amount due.")
    reason: Annotated[str, several_lines(1, 2000)] = Field(
        description="The reason. Everybody who can read the invoice can read it, the centre included.",
        examples=["The fee was waived by agreement of 20 October 2026."],
    )
