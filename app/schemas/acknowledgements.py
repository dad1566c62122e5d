"""The acknowledgement of an initial application, as staff see it."""

from datetime import datetime

from app.domain.emails import EmailStatus
from app.schemas import example_centre as example
from app.schemas.answered import Email, Reference, Sentence
from app.schemas.base import Answer
from app.schemas.ids import LetterId
from app.schemas.shared import Moment, described


class Acknowledgement(Answer):
    """The newest acknowledgement of an initial application, and what became of it."""

    letter_id: LetterId
    status: EmailStatus = described(
        "What became of it. If it `bounced`, correct the organisation's email address and send it again.", "sent"
    )
    address: Email | None = described("The address that it went to; null until it is sent.", example.EMAIL)
    queued_at: Moment = described("When it was queued.", example.RECEIVED_AT)
    sent_at: datetime | None = described("When the mail relay accepted it, or null.", example.RECEIVED_AT)
    failure: Sentence | None = described("Why it did not arrive, in the mail system's own words, or null.", None)


class AcknowledgementReceipt(Answer):
    """Confirms that the acknowledgement is being sent again."""

    reference: Reference = described("The initial application's reference.", example.INITIAL_APPLICATION_REFERENCE)
    email: Email = described("The address it is sent to.", example.EMAIL)
    message: Sentence = described("What happens next.", "The acknowledgement is on its way.")
