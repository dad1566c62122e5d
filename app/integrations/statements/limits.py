"""What a line of a statement may hold."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from app.domain.bank import MOST_LINES
from app.domain.refusals.input_faults import InputFaultCode
from app.integrations.statements.faults import Faults

EARLIEST: Final = date(2000, 1, 1)
MOST_PENCE: Final = 10_000_000_000
"""A hundred million pounds, as for a payment."""

LONGEST: Final[Mapping[str, int]] = MappingProxyType(
    {"description": 1_000, "reference": 200, "payer": 200, "bank_id": 150}
)
"""The most characters of each text."""


def too_many_lines(faults: Faults) -> Exception:
    """The fault of a statement that is too long, which ends reading."""
    return faults.stop(
        InputFaultCode.STATEMENT_TOO_LONG,
        f"The statement has more than {MOST_LINES:,} lines. Upload it in parts, by whole days.",
    )
