"""Section Centre Agreement (R15)."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from app.domain.documents import DocumentKind
from app.schemas.answered import ApiPath, FullName, Ordinal, Sentence, Sha256, Title
from app.schemas.base import Answer, Request, Resource
from app.schemas.fields import Flag, Id
from app.schemas.shared import AnswerId, said


class AgreedDocument(Answer):
    """One of the two documents, in the version that is current."""

    id: AnswerId
    kind: DocumentKind = said("Which document.", "centre_agreement")
    title: Title = said("Its title.", "Centre agreement")
    version: Ordinal = said("Its version.", 3)
    sha256: Sha256 = said(
        "SHA-256 of its content, in hexadecimal.", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    )
    published_at: datetime = said("When it was published.", "2026-09-01T08:00:00Z")
    content_path: ApiPath = said("Where it is read.", "/v1/documents/0198a5f2-7c3e-7d10-8a44-3f1f2b9c6d21/content")


class Acceptance(Answer):
    """A super user's yes: who, when, and to which versions."""

    accepted_by_name: FullName = said("Who said yes.", "Alex Morgan")
    accepted_at: datetime = said("When.", "2026-11-23T10:15:00Z")
    agreement_id: UUID = said("The version of the centre agreement.", "0198a5f2-7c3e-7d10-8a44-3f1f2b9c6d21")
    agreement_sha256: Sha256 = said("Its hash.", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")
    code_of_conduct_id: UUID = said(
        "The version of the customer code of conduct.", "0198a5f2-7c3e-7d10-8a44-3f1f2b9c6d21"
    )
    code_of_conduct_sha256: Sha256 = said(
        "Its hash.", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    )
    current: bool = said("True while both versions are the current ones.", True)


class Agreement(Resource):
    """What is to be agreed to, and the yes that was given."""

    agreement: AgreedDocument | None = said("The current centre agreement, or null before one is published.", None)
    code_of_conduct: AgreedDocument | None = said(
        "The current customer code of conduct, or null before one is published.",
        {
            "id": "01989f12-8a0e-7b37-9c51-5d7f9b1c3e46",
            "kind": "customer_code_of_conduct",
            "title": "Customer code of conduct",
            "version": 2,
            "sha256": "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752",
            "published_at": "2026-09-01T08:00:00Z",
            "content_path": "/v1/documents/01989f12-8a0e-7b37-9c51-5d7f9b1c3e46/content",
        },
    )
    acceptance: Acceptance | None = said("The last yes, or null.", None)
    wording: Sentence = said("What a yes means.", "By accepting you agree to abide by the terms and conditions …")


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
