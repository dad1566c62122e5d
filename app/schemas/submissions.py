"""Submissions: the immutable copies of what was submitted, and what changed between them (R16, R17)."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from app.domain import limits
from app.domain.contact_roles import ContactRole
from app.domain.policies import PolicyKey
from app.domain.sites import SiteKind
from app.schemas.addresses import Address
from app.schemas.answered import (
    A_FEW,
    E164,
    Email,
    FileName,
    FormVersion,
    FullName,
    Name,
    Note,
    Ordinal,
    Pointer,
    RecordedValue,
    Reference,
    Sha256,
    Title,
    Word,
    up_to,
)
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
    reference: Reference = said("Its reference.", "CEN-2026-000007")
    name: Title = said("Its name.", "Trent Valley Training")
    address: Address = said("Its main address.", None)
    email: Email = said("Its email address.", "office@example.com")
    telephone: E164 = said("Its telephone number, E.164.", "+441154960122")


class SubmittedSite(Answer):
    """A site as it was."""

    id: AnswerId
    kind: SiteKind = said("Main or delivery site.", "main")
    name: Title = said("Its name.", "Trent Valley Training")
    address: Address = said("Its address.", None)
    email: Email | None = said("Its email address, or null.", None)
    telephone: E164 | None = said("Its telephone number, or null.", None)


class SubmittedContact(Answer):
    """A contact as it was."""

    id: AnswerId
    name: FullName = said("First and last name.", "Alex Morgan")
    job_title: Name | None = said("Job title, or null.", "Head of Quality")
    email: Email = said("Email address.", "alex.morgan@example.com")
    telephone: E164 | None = said("Telephone number, or null.", None)
    roles: Annotated[list[ContactRole], A_FEW] = said("The roles held.", ["finance"])


class SubmittedPolicy(Answer):
    """A policy as it was: a version of the document, or the statement in its place."""

    key: PolicyKey = said("Which of the eleven.", "appeals")
    version: Ordinal | None = said("The version of the document, or null.", 1)
    version_id: UUID | None = said("That version's id, or null.", _ID)
    file_name: FileName | None = said("The file's name, or null.", "Appeals procedure.pdf")
    sha256: Sha256 | None = said("The document's hash, or null.", _SHA)
    not_applicable_statement: Note | None = said("The statement in its place, or null.", None)


class SubmittedAgreement(Answer):
    """The yes as it was given."""

    agreement_id: UUID = said("The version of the centre agreement.", _ID)
    agreement_sha256: Sha256 = said("Its hash.", _SHA)
    code_of_conduct_id: UUID = said("The version of the customer code of conduct.", _ID)
    code_of_conduct_sha256: Sha256 = said("Its hash.", _SHA)
    accepted_by_name: FullName = said("Who said yes.", "Alex Morgan")
    accepted_at: datetime = said("When.", "2026-11-23T10:15:00Z")


class SubmittedAnswer(Answer):
    """An item of the return that came before, with the centre's answer."""

    id: AnswerId
    asked: Note = said("What was asked.", "Send the current version.")
    answer: Note = said("What the centre answered.", "Version 2 is uploaded.")


class SubmissionContent(Answer):
    """Everything that was submitted, as it was."""

    centre: SubmittedCentre = said("The centre.", None)
    sites: Annotated[list[SubmittedSite], up_to(limits.OPEN_SITES)] = said("Its open sites.", [])
    contacts: Annotated[list[SubmittedContact], up_to(limits.CONTACTS)] = said("Its contacts.", [])
    details: Annotated[list[DetailsGroupAnswer], A_FEW] = said("Section Application, by group.", [])
    policies: Annotated[list[SubmittedPolicy], A_FEW] = said("Section Policies and Procedures.", [])
    agreement: SubmittedAgreement = said("Section Centre Agreement.", None)
    return_items: Annotated[list[SubmittedAnswer], up_to(limits.RETURN_ITEMS)] = said(
        "The answered items of the return before.", []
    )


class SubmissionSummary(Answer):
    """A submission in a list."""

    id: AnswerId
    number: Ordinal = said("Its number: 1 for the first, more for resubmissions.", 1)
    form_version: FormVersion = said("The version of the form.", "2026.1")
    sha256: Sha256 = said("SHA-256 of the copy as canonical JSON.", _SHA)
    submitted_by_name: FullName = said("Who submitted.", "Alex Morgan")
    submitted_at: Moment


class Submission(SubmissionSummary):
    """The immutable copy of what was submitted."""

    content: SubmissionContent = said("What was submitted.", None)


class SubmissionList(Answer):
    """Every submission of an application, the first one first."""

    items: Annotated[list[SubmissionSummary], up_to(limits.SUBMISSIONS)] = said("The submissions.", [])


class SubmissionChange(Answer):
    """One difference between two submissions."""

    part: Word = said("The part of the copy.", "details")
    pointer: Pointer = said(
        "Where in the copy (RFC 6901); entries of lists are named by id, key or group.", "/details/history/legal_name"
    )
    before: RecordedValue = said("What stood there before, or null.", "Trent Valley Training Ltd")
    after: RecordedValue = said("What stands there after, or null.", "Trent Valley Training Limited")


class SubmissionChanges(Answer):
    """What changed between two submissions (R17)."""

    number: Ordinal = said("The submission.", 2)
    against: Ordinal = said("The earlier submission that it is compared with.", 1)
    items: Annotated[list[SubmissionChange], up_to(limits.CHANGES)] = said("The differences.", [])
