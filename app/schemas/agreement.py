"""Section Centre Agreement (R15)."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from app.domain.documents import DocumentKind
from app.schemas.base import Answer, Request, Resource
from app.schemas.fields import Flag, Id
from app.schemas.shared import AnswerId, said


class AgreedDocument(Answer):
    """One of the two documents, in the version that is current."""

    id: AnswerId
    kind: DocumentKind = said("Which document.", "centre_agreement")
    title: str = said("Its title.", "Centre agreement")
    version: int = said("Its version.", 3)
    sha256: str = said(
        "SHA-256 of its content, in hexadecimal.", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    )
    published_at: datetime = said("When it was published.", "2026-09-01T08:00:00Z")
    content_path: str = said("Where it is read.", "/v1/documents/0198a5f2-7c3e-7d10-8a44-3f1f2b9c6d21/content")


class Acceptance(Answer):
    """A super user's yes: who, when, and to which versions."""

    accepted_by_name: str = said("Who said yes.", "Alex Morgan")
    accepted_at: datetime = said("When.", "2026-11-23T10:15:00Z")
    agreement_id: UUID = said("The version of the centre agreement.", "0198a5f2-7c3e-7d10-8a44-3f1f2b9c6d21")
    agreement_sha256: str = said("Its hash.", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")
    code_of_conduct_id: UUID = said(
        "The version of the customer code of conduct.", "0198a5f2-7c3e-7d10-8a44-3f1f2b9c6d21"
    )
    code_of_conduct_sha256: str = said("Its hash.", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")
    current: bool = said("True while both versions are the current ones.", True)


class Agreement(Resource):
    """What is to be agreed to, and the yes that was given."""

    agreement: AgreedDocument | None = said("The current centre agreement, or null before one is published.", None)
    code_of_conduct: AgreedDocument | None = said(
        "The current customer code of conduct, or null before one is published.", None
    )
    acceptance: Acceptance | None = said("The last yes, or null.", None)
    wording: str = said("What a yes means.", "By accepting you agree to abide by the terms and conditions …")


def _yes(accepted: bool) -> bool:
    if not accepted:
        raise PydanticCustomError(
            "must_accept", "The points of the agreement are not negotiable: say yes, or leave it."
        )
    return accepted


class AgreementAcceptance(Request):
    """Say yes to a given version of both documents."""

    agreement_id: Id = Field(description="The version of the centre agreement that was read.")
    code_of_conduct_id: Id = Field(description="The version of the customer code of conduct that was read.")
    accepted: Annotated[Flag, AfterValidator(_yes)] = Field(
        description="True: yes.", examples=[True], json_schema_extra={"const": True}
    )
