"""The documents that the awarding organisation publishes through the API (R15, R22, R25)."""

from collections.abc import Mapping
from enum import StrEnum


class DocumentKind(StrEnum):
    """A kind of document. Each kind has versions; the newest is current."""

    CENTRE_AGREEMENT = "centre_agreement"
    CUSTOMER_CODE_OF_CONDUCT = "customer_code_of_conduct"
    BEING_A_CENTRE_GUIDE = "being_a_centre_guide"
    INVIGILATION_GUIDANCE = "invigilation_guidance"


DOCUMENT_TITLES: Mapping[DocumentKind, str] = {
    DocumentKind.CENTRE_AGREEMENT: "Centre agreement",
    DocumentKind.CUSTOMER_CODE_OF_CONDUCT: "Customer code of conduct",
    DocumentKind.BEING_A_CENTRE_GUIDE: "Being an AIM centre guide",
    DocumentKind.INVIGILATION_GUIDANCE: "Invigilation guidance for AIM external assessments guide",
}

AGREED_KINDS = (DocumentKind.CENTRE_AGREEMENT, DocumentKind.CUSTOMER_CODE_OF_CONDUCT)
"""The documents that a super user accepts (R15)."""
