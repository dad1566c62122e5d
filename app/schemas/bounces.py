"""Bounces that another system reports."""

from typing import Annotated

from pydantic import Field

from app.domain.emails import BounceAction, BounceOutcome
from app.schemas import example_centre as example
from app.schemas.base import Answer, Request
from app.schemas.fields import EmailAddress, choice
from app.schemas.ids import LetterId
from app.schemas.shared import described
from app.schemas.text import one_line, several_lines

_WORDS = f"550 5.1.1 <{example.CONTACT_EMAIL}>: Recipient address rejected: User unknown"


class MailBounceCreate(Request):
    """What a mail system said about one recipient of an email that this deployment sent."""

    message_id: Annotated[
        str,
        one_line(3, 998),
        Field(
            description="The `Message-ID` of the email, with or without its angle brackets.",
            examples=[f"<{example.EMAIL_ID}@aimgroup.org.uk>"],
        ),
    ]
    recipient: EmailAddress = Field(
        description="The recipient that the email did not reach.", examples=[example.CONTACT_EMAIL]
    )
    status: Annotated[
        str,
        Field(
            min_length=5,
            max_length=9,
            pattern=r"^[45]\.[0-9]{1,3}\.[0-9]{1,3}$",
            description="The status code (RFC 3463): 5 is for good, 4 for now.",
            examples=["5.1.1"],
        ),
    ]
    action: Annotated[BounceAction, choice()] | None = Field(
        default=None,
        description="`failed` if the mail system has given up, `delayed` if it goes on trying. Without it, the status "
        "code decides.",
        examples=["failed"],
    )
    diagnostic: Annotated[str, several_lines(1, 2000)] | None = Field(
        default=None, description="The mail system's own words.", examples=[_WORDS]
    )


class MailBounceReceipt(Answer):
    """What became of the report."""

    outcome: BounceOutcome = described(
        "`recorded`: the letter has it in its log. `already_recorded`: it had it before. `not_ours`: this deployment "
        "sent no such email to this recipient.",
        "recorded",
    )
    letter_id: LetterId | None = described("The letter; null if it is not ours.", example.EMAIL_ID)
