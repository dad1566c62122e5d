"""Sample documents for development, in place of the awarding organisation's own.

Every page says that it is a sample. Production publishes the real documents.
"""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from app.pdf.typesetting import ROOT, typeset
from app.settings import AwardingOrganisation

WRITTEN_ON = date(2026, 1, 5)
SAMPLE_DOCUMENTS: Mapping[str, str] = MappingProxyType(
    {
        "centre_agreement": "Centre agreement",
        "customer_code_of_conduct": "Customer code of conduct",
        "being_a_centre_guide": "Being a recognised centre",
        "invigilation_guidance": "Invigilation guidance for external assessments",
    }
)


def render_sample(kind: str, organisation: AwardingOrganisation) -> bytes:
    """Render a kind in `SAMPLE_DOCUMENTS` as PDF/UA-1. Raises `KeyError` for any other kind."""
    return typeset(
        ROOT / "sample_documents" / f"{kind}.typ",
        {},
        title=SAMPLE_DOCUMENTS[kind],
        made_on=WRITTEN_ON,
        organisation=organisation,
    )
