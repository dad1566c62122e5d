"""Submissions: the immutable copies of what was submitted, and what changed between them (R16, R17)."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, Field

from app.domain import limits
from app.domain.contact_roles import ContactRole
from app.domain.policies import PolicyKey
from app.domain.refusals.input_faults import InputFaultCode
from app.domain.sites import SiteKind
from app.schemas import example_centre as example
from app.schemas.addresses import Address
from app.schemas.answered import (
    A_FEW,
    E164,
    Email,
    ExtensionDigits,
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
from app.schemas.ids import CentreId, ContactId, DocumentId, PolicyVersionId, ReturnItemId, SiteId, SubmissionId
from app.schemas.refused import refused
from app.schemas.shared import Moment, described


def _declared(declared: bool) -> bool:
    if not declared:
        raise refused(InputFaultCode.DECLARATION_REQUIRED, "Confirm that the application is complete and right.")
    return declared


class SubmissionCreate(Request):
    """Submit the application."""

    declaration: Annotated[Flag, AfterValidator(_declared)] = Field(
        description="Always true: the application is complete and right, and the person may submit it for the centre.",
        examples=[True],
        json_schema_extra={"const": True},
    )


class SubmittedCentre(Answer):
    """The centre when the application was submitted."""

    id: CentreId
    reference: Reference = described("The centre's reference.", example.CENTRE_REFERENCE)
    name: Title = described("The centre's name.", example.NAME)
    address: Address = Field(description="The centre's main address.")
    email: Email = described("The centre's email address.", example.EMAIL)
    telephone: E164 = described("The centre's telephone number in E.164 form.", example.TELEPHONE_E164)
    telephone_extension: ExtensionDigits | None = described("The extension to ask for, or null.", None)


class SubmittedSite(Answer):
    """A site when the application was submitted."""

    id: SiteId = described("The site's id.", example.MAIN_SITE_ID)
    kind: SiteKind = described("Main or delivery site.", "main")
    name: Title = described("The site's name.", example.NAME)
    address: Address = Field(description="The site's address.")
    email: Email | None = described("The site's own email address, or null.", None)
    telephone: E164 | None = described("The site's own telephone number, or null.", None)
    telephone_extension: ExtensionDigits | None = described("The extension to ask for, or null.", None)


class SubmittedContact(Answer):
    """A contact when the application was submitted."""

    id: ContactId
    name: FullName = described("First and last name.", example.CONTACT)
    job_title: Name | None = described("Job title, or null.", example.CONTACT_JOB)
    email: Email = described("Email address.", example.CONTACT_EMAIL)
    telephone: E164 | None = described("Telephone number in E.164 form, or null.", example.CONTACT_E164)
    telephone_extension: ExtensionDigits | None = described("The extension to ask for, or null.", None)
    roles: Annotated[list[ContactRole], A_FEW] = described("The contact's roles.", ["finance"])


class SubmittedPolicy(Answer):
    """A policy when the application was submitted: a version of the document, or the statement that replaced it."""

    key: PolicyKey = described("The policy's key.", "appeals")
    version: Ordinal | None = described("The version's number; null for a statement.", 1)
    version_id: PolicyVersionId | None = Field(description="The version's id; null for a statement.")
    file_name: FileName | None = described("The file's name; null for a statement.", example.POLICY_FILE)
    sha256: Sha256 | None = described("The file's SHA-256 hash; null for a statement.", example.POLICY_SHA256)
    not_applicable_statement: Note | None = described("The statement that replaced the document, or null.", None)


class SubmittedAgreement(Answer):
    """The acceptance of the agreement when the application was submitted."""

    agreement_id: DocumentId = Field(description="The accepted version of the centre agreement.")
    agreement_sha256: Sha256 = described("That version's SHA-256 hash.", example.AGREEMENT_SHA256)
    code_of_conduct_id: DocumentId = described(
        "The accepted version of the customer code of conduct.", example.CODE_OF_CONDUCT_ID
    )
    code_of_conduct_sha256: Sha256 = described("That version's SHA-256 hash.", example.CODE_OF_CONDUCT_SHA256)
    accepted_by_name: FullName = described("Who accepted.", example.SUPER_USER)
    accepted_at: datetime = described("When they accepted.", example.AGREED_AT)


class SubmittedAnswer(Answer):
    """An item of the preceding return, with the centre's answer."""

    id: ReturnItemId
    asked: Note = described("What the centre was asked to do.", "Send the version that the board approved.")
    answer: Note = described("The centre's answer.", example.REVISED_POLICY)


class SubmissionContent(Answer):
    """Everything that was submitted."""

    centre: SubmittedCentre = Field(description="The centre.")
    sites: Annotated[list[SubmittedSite], up_to(limits.OPEN_SITES)] = Field(description="The centre's open sites.")
    contacts: Annotated[list[SubmittedContact], up_to(limits.CONTACTS)] = Field(description="The centre's contacts.")
    details: Annotated[list[DetailsGroupAnswer], A_FEW] = Field(description="Section Application, by group.")
    policies: Annotated[list[SubmittedPolicy], A_FEW] = Field(description="Section Policies and Procedures.")
    agreement: SubmittedAgreement = Field(description="Section Centre Agreement.")
    return_items: Annotated[list[SubmittedAnswer], up_to(limits.RETURN_ITEMS)] = Field(
        description="The answered items of the preceding return; empty on a first submission."
    )


class SubmissionSummary(Answer):
    """A submission in a list."""

    id: SubmissionId
    number: Ordinal = described("1 for the first submission, then one more for each resubmission.", 2)
    form_version: FormVersion = described("The version of the form.", example.FORM_VERSION)
    sha256: Sha256 = described(
        "The SHA-256 hash of the copy as canonical JSON, as it was made: without what later releases show as null.",
        example.SUBMISSION_SHA256,
    )
    submitted_by_name: FullName = described("Who submitted it.", example.SUPER_USER)
    submitted_at: Moment = described("When it was submitted.", example.SUBMITTED_AT)


class Submission(SubmissionSummary):
    """The immutable copy of what was submitted."""

    content: SubmissionContent = Field(description="The content of the submission.")


class SubmissionList(Answer):
    """Every submission of an application, oldest first."""

    items: Annotated[list[SubmissionSummary], up_to(limits.SUBMISSIONS)] = Field(description="The submissions.")


class SubmissionChange(Answer):
    """A difference between two submissions."""

    part: Word = described("The part of the copy.", "details")
    pointer: Pointer = described(
        "The place within the copy (RFC 6901). List entries are named by id, key or group.",
        "/details/history/legal_name",
    )
    before: RecordedValue = described("The earlier value, or null.", "Trent Valley Training Ltd")
    after: RecordedValue = described("The later value, or null.", example.LEGAL_NAME)


class SubmissionChanges(Answer):
    """The differences between two submissions."""

    number: Ordinal = described("The later submission.", 2)
    against: Ordinal = described("The earlier submission.", 1)
    items: Annotated[list[SubmissionChange], up_to(limits.CHANGES)] = Field(description="The differences.")
