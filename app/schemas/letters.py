"""Letters: the emails that the product sends, and what became of each."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from app.domain import limits
from app.domain.emails import DeliveryOutcome, EmailStatus
from app.schemas import example_centre as example
from app.schemas.answered import Email, FullName, Sentence, Title, Word, promised, up_to
from app.schemas.base import Answer, Page
from app.schemas.ids import LedgerEntryId, LetterId
from app.schemas.paging import ListQuery
from app.schemas.shared import Moment, described

_StatusCode = Annotated[str, promised(pattern=r"^[245]\.[0-9]{1,3}\.[0-9]{1,3}$")]
_SENT = "250 2.0.0 Ok: queued as 4FZ2Xk1Qz9z2"


class LetterRecipient(Answer):
    """One of the people that a letter went to."""

    name: FullName | None = described("Their name, or null.", example.CONTACT)
    address: Email = described("Their email address.", example.CONTACT_EMAIL)
    bounced: bool = described("True if their mail system returned the letter.", False)


class LetterDelivery(Answer):
    """An entry of a letter's delivery log."""

    at: Moment = described("When it happened.", example.INVOICED_AT)
    outcome: DeliveryOutcome = described(
        "`queued`: waits for the worker. `sent`: the mail relay accepted it. `deferred`: not accepted for now; it is "
        "tried again. `held`: refused for good or too often; it waits for a person. `retried`: a person had it tried "
        "again. `discarded`: a person gave it up. `not_needed`: overtaken by events, so not sent. `delayed`: the "
        "recipient's mail system is still trying. `bounced`: the recipient's mail system returned it. More may be "
        "added.",
        "sent",
    )
    recipient: Email | None = described("The recipient that it concerns; null if it concerns all.", None)
    code: _StatusCode | None = described("The mail system's status code (RFC 3463), or null.", "2.0.0")
    words: Sentence | None = described(
        "The mail system's own words, or the reason that a person gave. Null if there are none, and hidden from a "
        "centre's users unless they concern one recipient.",
        _SENT,
    )
    by: FullName | None = described("Who retried or discarded it. Null otherwise, and for a centre's users.", None)


class Letter(Answer):
    """A letter: an email that the product sends, with its delivery log."""

    id: LetterId
    kind: Word = described("The kind of letter. More may be added.", "invoice_issued")
    status: EmailStatus = described("What became of it. More may be added.", "sent")
    subject: Title | None = described("The subject line; null until it is sent.", f"Invoice {example.INVOICE_NUMBER}")
    recipients: Annotated[list[LetterRecipient], up_to(limits.ADDRESSEES)] = Field(
        description="The people that it went to; none until it is sent."
    )
    queued_at: Moment = described("When it was queued.", example.INVOICED_AT)
    sent_at: datetime | None = described("When the mail relay accepted it, or null.", example.INVOICED_AT)
    deliveries: Annotated[list[LetterDelivery], up_to(limits.DELIVERIES + 1)] = Field(
        description="The delivery log, oldest first; of a long one, its newest entries."
    )


class LetterPage(Page[Letter]):
    """Letters, newest first."""


class LetterQuery(ListQuery):
    """Paging of the letters that belong to one thing."""


class InvoiceLetterQuery(LetterQuery):
    """Filters for the letters about an invoice."""

    entry_id: Annotated[
        LedgerEntryId | None, Field(description="Return only letters about this payment or credit note.")
    ] = None


class AllLettersQuery(ListQuery):
    """Filters for the list of all letters."""

    status: Annotated[
        EmailStatus | None,
        Field(description="Return only letters with this status.", examples=["bounced"]),
    ] = None
