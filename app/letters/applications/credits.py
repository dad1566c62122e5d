"""What the end of an application does to its invoices, in words (R18)."""

from dataclasses import dataclass
from typing import Final

from app.database import Work
from app.domain.formats import money
from app.letters import samples
from app.models import Application
from app.queries.invoice_links import contexts_of
from app.queries.letters import find_credit_balance, list_ending_credits


@dataclass(frozen=True)
class EndingCredits:
    """`credits_` are the amounts on each invoice, and `to_refund_pence` is what all of them owe the centre.
    `due_pence` is due on them again."""

    credits_: tuple[str, ...]
    to_refund_pence: int
    due_pence: int
    currency: str


SAMPLE: Final = EndingCredits(
    (f"£500.00 on invoice {samples.INVOICE}", "£100.00 on invoice INV-2026-000058"), 20_000, 0, "GBP"
)


async def load_credits(work: Work, application: Application) -> EndingCredits:
    """Load what ending the application credited, and what is to be refunded."""
    found = await list_ending_credits(work.session, application)
    return EndingCredits(
        tuple(
            f"{money(pence, row.currency)} on invoice {row.known_number}" for row, pence in found if row.known_number
        ),
        await find_credit_balance(work.session, application.id) if found else 0,
        (await contexts_of(work, [found[0][0].id]))[found[0][0].id].fee.due if found else 0,
        found[0][0].currency if found else "GBP",
    )
