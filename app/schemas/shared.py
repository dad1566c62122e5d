"""Small shapes that several answers share."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from app.domain.workflow import StepName
from app.schemas.answered import (
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
)
from app.schemas.base import Answer

AnswerId = Annotated[UUID, Field(description="Its id.", examples=["0198a5f2-7c3e-7d10-8a44-3f1f2b9c6d21"])]
Moment = Annotated[datetime, Field(description="When, in UTC (RFC 3339).", examples=["2026-11-23T10:15:00Z"])]


def said(description: str, example: Any) -> Any:
    """A property of an answer: its description and an example."""
    return Field(description=description, examples=[example])


class Money(Answer):
    """An amount in the currency's smallest unit."""

    amount: Pence = said("The amount in whole pence.", 50000)
    currency: Currency = said("ISO 4217 code.", "GBP")


NOTHING = {"amount": 0, "currency": "GBP"}
"""An amount of nothing, for examples."""


class OpenStep(Answer):
    """A step of the process that the caller can take now."""

    name: StepName = said("The step's name in the process.", "submit")
    label: Title = said("What a button would say.", "Submit the application")
    operation_id: Word = said("The operation in this document that takes the step.", "submitApplication")
    method: Method = said("The HTTP method.", "POST")
    path: ApiPath = said("The path to call.", "/v1/applications/0198a5f2-7c3e-7d10-8a44-3f1f2b9c6d21/submissions")


class BlockedStep(OpenStep):
    """A step that is the caller's in this state, but blocked for now."""

    code: Code = said("Why, as a stable code.", "not_ready")
    reason: Sentence = said("Why, in words.", "Something is still missing.")


class PersonRef(Answer):
    """A person, as others see them."""

    id: AnswerId
    name: FullName = said("First and last name.", "Alex Morgan")


class HelpContacts(Answer):
    """Whom to ask for help (R25)."""

    team: Title = said("Who answers.", "Customer experience team")
    telephone: ShownTelephone = said("Telephone number.", "01332 341822")
    enquiries_email: Email = said("For any question about requirements and process.", "enquiries@aimgroup.org.uk")
    applications_email: Email = said(
        "When log-in details have not arrived within two working days.", "applications@aim-group.org.uk"
    )


class UsefulLink(Answer):
    """One of the guide's useful links."""

    number: Ordinal = said("Its number in the guide.", 3)
    title: Title = said("What it leads to.", "Being an AIM centre guide")
    url: WebAddress = said("Its address.", "https://www.aimgroup.org.uk/being-an-aim-centre")
