"""A warning that staff will close what the centre has abandoned."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from app.database import Work
from app.domain.letter_topics import LetterTopic
from app.domain.statuses import STATUSES, Status
from app.letters import samples
from app.letters.invoices.unpaid import payers
from app.letters.letter import CentreWords, Draft, Letter, Stage
from app.letters.readers import each_once, greet, readers_at
from app.queries.invoices import invoice_of
from app.queries.letters import get_application


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(CentreWords):
    reference: str
    centre_name: str
    status: str
    reason: str
    closable_from: date
    unpaid_invoice_number: str | None
    reopen_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationToBeClosed(Letter):
    """To the centre, and to whoever was sent the invoice if that is what is abandoned."""

    kind: ClassVar[str] = "application_to_be_closed"
    stage: ClassVar[Stage] = Stage.ENQUIRIES
    sample: ClassVar[Words] = Words(
        recipient_name=samples.SUPER_USER,
        reference=samples.APPLICATION,
        centre_name=samples.CENTRE,
        status="Invoice to be paid",
        reason="The invoice has been overdue for a month, and our letters are not answered.",
        closable_from=samples.DAY,
        unpaid_invoice_number=samples.INVOICE,
        reopen_days=90,
    )

    application_id: UUID

    async def load(self, work: Work) -> Draft | None:
        application = await get_application(work.session, self.application_id)
        if application.changed_at != application.closing_warned_at or application.closable_from is None:
            return None
        readers = await readers_at(work, application.centre_id, LetterTopic.APPLICATION)
        number = None
        if application.status is Status.AWAITING_PAYMENT:
            invoice = await invoice_of(work.session, application.id)
            if invoice is not None and not invoice.awaiting_number:
                number = invoice.printed_number
                readers += await payers(work, invoice)
        name, to = greet(each_once(readers))
        words = Words(
            recipient_name=name,
            reference=application.reference,
            centre_name=application.centre_name,
            status=STATUSES[application.status].centre_name,
            reason=application.closing_reason or "",
            closable_from=application.closable_from,
            unpaid_invoice_number=number,
            reopen_days=work.settings.closing.reopen_days,
        )
        return Draft(words, to)
