"""What a bank line may be, and why: our number, the amount, the payer's name, or a payment that is recorded already."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final
from uuid import UUID

from rapidfuzz import fuzz, process

from app.database import Work
from app.domain import limits
from app.domain.bank import OPEN_STATUSES, MatchReason
from app.domain.formats import plain_date
from app.domain.invoices import EntryKind, InvoiceStatus
from app.domain.names import name_key
from app.models import BankLine
from app.queries import bank_candidates as queries
from app.queries.bank_candidates import Candidate
from app.schemas import bank_lines as schemas
from app.schemas.shared import Money

KINDS_IN: Final = (EntryKind.PAYMENT,)
KINDS_OUT: Final = (EntryKind.REFUND, EntryKind.REVERSAL)
DAYS_APART: Final = timedelta(days=5)
"""So far apart the bank and a finance system may date the same money."""

_SCORES: Final = {MatchReason.REFERENCE: 60, MatchReason.AMOUNT: 30, MatchReason.PAYER: 10, MatchReason.RECORDED: 35}
_ALIKE: Final = 88
"""Of 100. Two organisations can be as alike as this, so a name only ever suggests."""
_SHORTEST_NAME: Final = 5


@dataclass
class _Found:
    candidate: Candidate
    reasons: dict[MatchReason, str] = field(default_factory=dict)

    @property
    def score(self) -> int:
        return min(sum(_SCORES[reason] for reason in self.reasons), 100)


async def suggest(work: Work, line: BankLine) -> list[schemas.BankSuggestion]:
    """Suggest what the rest of an open line may be, the likeliest first."""
    if line.status not in OPEN_STATUSES:
        return []
    rest = abs(line.amount_pence) - line.matched_pence
    incoming = line.amount_pence > 0
    kinds = KINDS_IN if incoming else KINDS_OUT
    first, last = line.booked_on - DAYS_APART, line.booked_on + DAYS_APART
    found: dict[tuple[UUID, UUID | None], _Found] = {}
    for each in await queries.recorded(work.session, line, rest, kinds, first, last):
        on = f" for {plain_date(each.received_on)}" if each.received_on is not None else ""
        _add(found, each, MatchReason.RECORDED, f"This amount is recorded{on} already.")
    quoted = await queries.by_number(work.session, line.numbers) if line.numbers else []
    numbers = {each.number: _quoted(each, line) for each in quoted}
    named: list[Candidate] = []
    if incoming:
        exact = await queries.by_amount(work.session, rest, line.currency)
        named = await queries.with_names(work.session)
        for each in quoted:
            _add(found, each, MatchReason.REFERENCE, f"The text quotes {numbers[each.number]}.")
        for each in exact:
            _add(found, each, MatchReason.AMOUNT, "The amount is exactly what is due.")
    for item in found.values():
        if item.candidate.entry_id is not None and item.candidate.number in numbers:
            item.reasons[MatchReason.REFERENCE] = f"The text quotes {numbers[item.candidate.number]}."
    _add_payers(found, line, named)
    ordered = sorted(found.values(), key=lambda item: (-item.score, item.candidate.number))
    return [_to_schema(item) for item in ordered[: limits.BANK_SUGGESTIONS]]


def _quoted(candidate: Candidate, line: BankLine) -> str:
    """The number by which the line names the invoice."""
    return candidate.printed_number if candidate.printed_number.upper() in line.numbers else candidate.number


def _add(found: dict[tuple[UUID, UUID | None], _Found], candidate: Candidate, reason: MatchReason, detail: str) -> None:
    item = found.setdefault((candidate.invoice_id, candidate.entry_id), _Found(candidate))
    item.reasons[reason] = detail


def _add_payers(found: dict[tuple[UUID, UUID | None], _Found], line: BankLine, named: Iterable[Candidate]) -> None:
    """Compare the payer with the names of those who have something to pay, and of those who are suggested anyway."""
    payer = name_key(line.payer or line.description or line.reference or "")
    if len(payer) < _SHORTEST_NAME:
        return
    candidates = {(each.invoice_id, each.entry_id): each for each in named}
    candidates |= {key: item.candidate for key, item in found.items()}
    names = {
        (key, place): name_key(name)
        for key, each in candidates.items()
        for place, name in enumerate((each.centre_name, each.legal_name))
        if name
    }
    choices = {key: name for key, name in names.items() if len(name) >= _SHORTEST_NAME}
    alike = process.extract(
        payer, choices, scorer=fuzz.token_set_ratio, score_cutoff=_ALIKE, limit=4 * limits.BANK_SUGGESTIONS
    )
    for _, score, (key, _) in alike:
        _add(found, candidates[key], MatchReason.PAYER, f"The payer is like the customer: {score:.0f} of 100.")


def _to_schema(item: _Found) -> schemas.BankSuggestion:
    each = item.candidate
    return schemas.BankSuggestion(
        invoice_id=each.invoice_id,
        invoice_number=each.number,
        invoice_status=InvoiceStatus(each.status),
        due=Money(amount=max(each.due_pence, 0), currency=each.currency),
        centre_id=each.centre_id,
        centre_name=each.centre_name,
        recorded_entry_id=each.entry_id,
        score=item.score,
        reasons=[schemas.MatchReasonShown(code=code, detail=detail) for code, detail in item.reasons.items()],
    )
