"""The centre recognition certificate, with a number that anyone can verify (R22)."""

from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path

import segno

from app.domain.formats import plain_date
from app.pdf.typesetting import typeset
from app.settings import AwardingOrganisation

_TEMPLATE = Path(__file__).parent / "templates" / "certificate.typ"


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateDocument:
    """The certificate's data. `centre_name` is printed exactly as typed; `verification_url` is the public page."""

    centre_name: str
    certificate_number: str
    recognised_from: date
    issued_on: date
    verification_url: str


def render_certificate(document: CertificateDocument, organisation: AwardingOrganisation) -> bytes:
    """Render one landscape A4 page as PDF/UA-1. The type size of a long name is reduced until it fits."""
    return typeset(
        _TEMPLATE,
        {
            "centre_name": document.centre_name,
            "certificate_number": document.certificate_number,
            "recognised_from": plain_date(document.recognised_from),
            "issued_on": plain_date(document.issued_on),
            "verification_url": document.verification_url,
            "qr_code": _qr_code(document.verification_url),
        },
        title=f"Centre recognition certificate {document.certificate_number}",
        made_on=document.issued_on,
        organisation=organisation,
    )


def _qr_code(url: str) -> str:
    """Return an SVG with a quiet zone of four modules (ISO/IEC 18004). Level M stays readable with a stained corner."""
    svg = BytesIO()
    segno.make(url, error="m", micro=False).save(svg, kind="svg", border=4, xmldecl=False)
    return svg.getvalue().decode()
