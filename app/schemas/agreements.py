"""Section Centre Agreement (R15)."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, Field

from app.domain.documents import DocumentKind
from app.domain.refusals.input_faults import InputFaultCode
from app.schemas import example_centre as example
from app.schemas.answered import ApiPath, FullName, Ordinal, Sentence, Sha256, Title
from app.schemas.base import Answer, Request, Resource
from app.schemas.fields import Flag
from app.schemas.ids import DocumentId
from app.schemas.refused import refused
from app.schemas.shared import described


class AgreedDocument(Answer):
    """The current version of one of the two documents."""

    id: DocumentId
    kind: DocumentKind = described("Which of the two documents it is.", "centre_agreement")
    title: Title = described("The document's title.", "Centre agreement")
    version: Ordinal = described("The version's number.", 3)
    sha256: Sha256 = described("The content's SHA-256 hash in hexadecimal.", example.AGREEMENT_SHA256)
    published_at: datetime = described("When this version was published.", example.PUBLISHED_AT)
    content_path: ApiPath = described(
        "The path that downloads the document.", f"/v1/documents/{example.AGREEMENT_ID}/content"
    )


class Acceptance(Answer):
    """A super user's acceptance: who accepted which versions, and when."""

    accepted_by_name: FullName = described("Who accepted.", example.SUPER_USER)
    accepted_at: datetime = described("When they accepted.", example.AGREED_AT)
    agreement_id: DocumentId = Field(description="The accepted version of the centre agreement.")
    agreement_sha256: Sha256 = described("That version's SHA-256 hash.", example.AGREEMENT_SHA256)
    code_of_conduct_id: DocumentId = described(
        "The accepted version of the customer code of conduct.", example.CODE_OF_CONDUCT_ID
    )
    code_of_conduct_sha256: Sha256 = described("That version's SHA-256 hash.", example.CODE_OF_CONDUCT_SHA256)
    current: bool = described("True while both accepted versions are the current ones.", True)


class Agreement(Resource):
    """The documents to accept, and the acceptance if there is one."""

    agreement: AgreedDocument | None = Field(description="The current centre agreement; null until one is published.")
    code_of_conduct: AgreedDocument | None = described(
        "The current customer code of conduct; null until one is published.",
        {
            "id": example.CODE_OF_CONDUCT_ID,
            "kind": "customer_code_of_conduct",
            "title": "Customer code of conduct",
            "version": 2,
            "sha256": example.CODE_OF_CONDUCT_SHA256,
            "published_at": example.PUBLISHED_AT,
            "content_path": f"/v1/documents/{example.CODE_OF_CONDUCT_ID}/content",
        },
    )
    acceptance: Acceptance | None = Field(description="The latest acceptance; null if nobody has accepted.")
    wording: Sentence = described(
        "The wording that the super user accepts.", "By accepting you agree to abide by the terms and conditions …"
    )


def _accepted(accepted: bool) -> bool:
    if not accepted:
        raise refused(
            InputFaultCode.MUST_ACCEPT,
            "The terms cannot be negotiated. Send true to accept them, or do not send the request.",
        )
    return accepted


class AgreementAcceptance(Request):
    """Accept one version of each document. Both must be current."""

    agreement_id: DocumentId = Field(description="The version of the centre agreement that the super user read.")
    code_of_conduct_id: DocumentId = Field(
        description="The version of the customer code of conduct that the super user read.",
        examples=[example.CODE_OF_CONDUCT_ID],
    )
    accepted: Annotated[Flag, AfterValidator(_accepted)] = Field(
        description="Always true.", examples=[True], json_schema_extra={"const": True}
    )
