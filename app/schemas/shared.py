"""Small shapes that several answers share."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from app.domain import limits
from app.domain.uploads import NoticeCode, ScanState
from app.domain.workflow import StepName
from app.schemas import example_centre as example
from app.schemas.answered import (
    A_FEW,
    ApiPath,
    Code,
    Currency,
    Email,
    FullName,
    Method,
    Ordinal,
    Pence,
    Sentence,
    ShownTelephone,
    Title,
    WebAddress,
    Word,
    up_to,
)
from app.schemas.base import Answer
from app.schemas.ids import PersonId

Moment = Annotated[datetime, Field(description="When it happened, in UTC (RFC 3339).", examples=[example.DECIDED_AT])]

CentreName = Annotated[
    Title, Field(description="The centre's name on the day of issue of the invoice.", examples=[example.NAME])
]

UpdatedAt = Annotated[
    datetime,
    Field(
        description="When it last changed. A list of changes (`updated_since`) is in this order.",
        examples=[example.PAYMENT_RECORDED_AT],
    ),
]


def described(description: str, shown: Any) -> Any:
    """A property of an answer: its description and an example."""
    return Field(description=description, examples=[shown])


def ends_day_on(name: str, description: str, shown: str) -> Any:
    """The midnight in London that ends a day, which readers take for the next day.

    `name` is the property that gives the day itself; this one stays, deprecated, while 1.x lives.
    """
    return Field(
        description=f"Use `{name}` to show the day. {description}",
        examples=[shown],
        json_schema_extra={"deprecated": True},
    )


ScanStateField = Annotated[
    ScanState | None,
    Field(
        description="What the virus scanner says of the file. Only a `clean` file can be downloaded and counts as "
        "supplied; a `pending` one still waits for the scanner. Null where this deployment scans nothing.",
        examples=["clean"],
    ),
]
ScanMessage = Annotated[
    Sentence | None,
    Field(
        description="What the centre waits for or should do, for a person to read; null for a file that can be used.",
        examples=[None],
    ),
]

RedactedAt = Annotated[
    datetime | None,
    Field(
        description="Since when the content is removed for good: nobody can download it, and it does not count as "
        "supplied. Its hash and this record stay. Null for a file that is there.",
        examples=[None],
    ),
]


class InspectionNotice(Answer):
    """Something in an accepted document that its readers should know of."""

    code: NoticeCode = described("What was noticed. New codes may be added.", "attached_files")
    message: Sentence = described(
        "What was noticed, for a person to read.", "A file is attached, which passed the same inspection: “Grid.pdf”."
    )
    where: Title | None = described("The page or part of the document, or null.", "page 2")


InspectionNotices = Annotated[
    list[InspectionNotice],
    up_to(limits.INSPECTION_NOTICES),
    Field(
        description="Honest extras that the inspection found, such as attached files, form scripts that only format, "
        "or pictures from the web. The document was accepted with them.",
    ),
]


class Money(Answer):
    """An amount of money in the currency's smallest unit."""

    amount: Pence = described("The amount in whole pence.", example.FEE["amount"])
    currency: Currency = described("The currency's ISO 4217 code.", example.FEE["currency"])


class OpenStep(Answer):
    """A step of the process that the caller can take now."""

    name: StepName = described("The step's name in the process.", "submit")
    label: Title = described("The text for a button.", "Submit the application")
    operation_id: Word = described("The `operationId` that takes the step.", "submitApplication")
    method: Method = described("The HTTP method to call.", "POST")
    path: ApiPath = described("The path to call.", f"{example.APPLICATION_PATH}/submissions")


class BlockedStep(OpenStep):
    """A step that belongs to the caller in this state but is blocked for now."""

    code: Code = described("Why the step is blocked, as a stable code.", "not_ready")
    reason: Sentence = described("Why the step is blocked, for a person to read.", "Something is still missing.")


class OpenObjectStep(Answer):
    """A step that the caller can take on this object now."""

    name: Word = described("The step's name. More may be added.", "record_payment")
    label: Title = described("The text for a button.", "Record a payment")
    operation_id: Word = described("The `operationId` that takes the step.", "recordPayment")
    method: Method = described("The HTTP method to call.", "POST")
    path: ApiPath = described("The path to call.", f"/v1/invoices/{example.INVOICE_ID}/payments")


class BlockedObjectStep(OpenObjectStep):
    """A step that belongs to the caller in this state but is blocked for now."""

    code: Code = described("Why the step is blocked, as a stable code.", "exceeds_due")
    reason: Sentence = described(
        "Why the step is blocked, for a person to read.",
        "You cannot credit more than the amount due. Enter a smaller amount.",
    )


AllowedSteps = Annotated[
    list[OpenObjectStep], A_FEW, Field(description="The steps that the caller can take on it now.")
]
BlockedSteps = Annotated[
    list[BlockedObjectStep],
    A_FEW,
    Field(description="The steps that belong to the caller in this state but are blocked for now, with the reason."),
]


class PersonRef(Answer):
    """A person's id and name."""

    id: PersonId = described("The person's id.", example.CENTRE_LEAD_ID)
    name: FullName = described("First and last name.", example.CENTRE_LEAD)


class HelpContacts(Answer):
    """The team that helps a centre."""

    team: Title = described("The team that answers.", "Customer experience team")
    telephone: ShownTelephone = described("Telephone number.", "01332 341822")
    enquiries_email: Email = described("For questions about requirements and the process.", "enquiries@aimgroup.org.uk")
    applications_email: Email = described(
        "For log-in details that have not arrived within two working days.", "applications@aim-group.org.uk"
    )


class UsefulLink(Answer):
    """One of the guide's useful links."""

    number: Ordinal = described("The link's number in the guide.", 3)
    title: Title = described("The title of the page.", "Being an AIM centre guide")
    url: WebAddress = described("The address of the page.", "https://www.aimgroup.org.uk/being-an-aim-centre")
