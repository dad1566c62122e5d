"""Submissions: the immutable copies of what was submitted, and what changed between them (R16, R17)."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from app.domain.contact_roles import ContactRole
from app.domain.outcomes import SiteKind
from app.domain.policies import PolicyKey
from app.schemas.addresses import Address
from app.schemas.base import Answer, Request
from app.schemas.details.answers import DetailsGroupAnswer
from app.schemas.fields import Flag
from app.schemas.shared import AnswerId, Moment, said

_SHA = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
_ID = "0198a5f2-7c3e-7d10-8a44-3f1f2b9c6d21"


def _made(declared: bool) -> bool:
    if not declared:
        raise PydanticCustomError("declaration_required", "Confirm that the application is complete and right.")
    return declared


class SubmissionCreate(Request):
    """Submit the application."""

    declaration: Annotated[Flag, AfterValidator(_made)] = Field(
        description="True: what is submitted is complete and right, and the person may submit it for the centre.",
        examples=[True],
        json_schema_extra={"const": True},
    )


class SubmittedCentre(Answer):
    """The centre as it was."""

    id: AnswerId
    reference: str = said("Its reference.", "CEN-2026-000007")
    name: str = said("Its name.", "Exampleton Community College")
    address: Address = said("Its main address.", None)
    email: str = said("Its email address.", "office@example.com")
    telephone: str = said("Its telephone number, E.164.", "+441332341822")


class SubmittedSite(Answer):
    """A site as it was."""

    id: AnswerId
    kind: SiteKind = said("Main or delivery site.", "main")
    name: str = said("Its name.", "Exampleton Community College")
    address: Address = said("Its address.", None)
    email: str | None = said("Its email address, or null.", None)
    telephone: str | None = said("Its telephone number, or null.", None)


class SubmittedContact(Answer):
    """A contact as it was."""

    id: AnswerId
    name: str = said("First and last name.", "Alex Morgan")
    job_title: str | None = said("Job title, or null.", "Head of Quality")
    email: str = said("Email address.", "alex.morgan@example.com")
    telephone: str | None = said("Telephone number, or null.", None)
    roles: list[ContactRole] = said("The roles held.", ["finance"])


class SubmittedPolicy(Answer):
    """A policy as it was: a version of the document, or the statement in its place."""

    key: PolicyKey = said("Which of the eleven.", "appeals")
    version: int | None = said("The version of the document, or null.", 1)
    version_id: UUID | None = said("That version's id, or null.", _ID)
    file_name: str | None = said("The file's name, or null.", "Appeals procedure.pdf")
    sha256: str | None = said("The document's hash, or null.", _SHA)
    not_applicable_statement: str | None = said("The statement in its place, or null.", None)


class SubmittedAgreement(Answer):
    """The yes as it was given."""

    agreement_id: UUID = said("The version of the centre agreement.", _ID)
    agreement_sha256: str = said("Its hash.", _SHA)
    code_of_conduct_id: UUID = said("The version of the customer code of conduct.", _ID)
    code_of_conduct_sha256: str = said("Its hash.", _SHA)
    accepted_by_name: str = said("Who said yes.", "Alex Morgan")
    accepted_at: datetime = said("When.", "2026-11-23T10:15:00Z")


class SubmittedAnswer(Answer):
    """An item of the return that came before, with the centre's answer."""

    id: AnswerId
    asked: str = said("What was asked.", "Send the current version.")
    answer: str = said("What the centre answered.", "Version 2 is uploaded.")


class SubmissionContent(Answer):
    """Everything that was submitted, as it was."""

    centre: SubmittedCentre = said("The centre.", None)
    sites: list[SubmittedSite] = said("Its open sites.", [])
    contacts: list[SubmittedContact] = said("Its contacts.", [])
    details: list[DetailsGroupAnswer] = said("Section Application, by group.", [])
    policies: list[SubmittedPolicy] = said("Section Policies and Procedures.", [])
    agreement: SubmittedAgreement = said("Section Centre Agreement.", None)
    return_items: list[SubmittedAnswer] = said("The answered items of the return before.", [])


class SubmissionSummary(Answer):
    """A submission in a list."""

    id: AnswerId
    number: int = said("Its number: 1 for the first, more for resubmissions.", 1)
    form_version: str = said("The version of the form.", "2026.1")
    sha256: str = said("SHA-256 of the copy as canonical JSON.", _SHA)
    submitted_by_name: str = said("Who submitted.", "Alex Morgan")
    submitted_at: Moment


class Submission(SubmissionSummary):
    """The immutable copy of what was submitted."""

    content: SubmissionContent = said("What was submitted.", None)


class SubmissionList(Answer):
    """Every submission of an application, the first one first."""

    items: list[SubmissionSummary] = said("The submissions.", [])


class SubmissionChange(Answer):
    """One difference between two submissions."""

    part: str = said("The part of the copy.", "details")
    pointer: str = said(
        "Where in the copy (RFC 6901); entries of lists are named by id, key or group.", "/details/history/legal_name"
    )
    before: Any = said("What stood there before, or null.", "Exampleton Ltd")
    after: Any = said("What stands there after, or null.", "Exampleton Limited")


class SubmissionChanges(Answer):
    """What changed between two submissions (R17)."""

    number: int = said("The submission.", 2)
    against: int = said("The earlier submission that it is compared with.", 1)
    items: list[SubmissionChange] = said("The differences.", [])
