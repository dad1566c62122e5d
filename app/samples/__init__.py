"""The eleven policies of a fictional training provider, for the demo and the sandbox.

Their texts stand in `texts/`; PDF, DOCX and ODT are made from them when asked for, the same bytes every time.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from app.domain.policies import PolicyKey
from app.samples.docx import render_docx
from app.samples.odt import render_odt
from app.samples.pdf import render_pdf
from app.samples.text import parse

ORGANISATION = "Harbour Lane Training"
REVISED = frozenset({PolicyKey.INTERNAL_QUALITY_ASSURANCE})
"""The policies with a second version: the first lacks the observation of assessment practice (R13)."""

_TEXTS = Path(__file__).parent / "texts"
_PDF = "application/pdf", "pdf", render_pdf
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx", render_docx
_ODT = "application/vnd.oasis.opendocument.text", "odt", render_odt
_FORMATS = {
    PolicyKey.APPEALS: _DOCX,
    PolicyKey.COMPLAINTS: _PDF,
    PolicyKey.CONFLICT_OF_INTEREST: _DOCX,
    PolicyKey.EQUALITY_DIVERSITY: _PDF,
    PolicyKey.EXAMINATIONS: _ODT,
    PolicyKey.INTERNAL_QUALITY_ASSURANCE: _DOCX,
    PolicyKey.MALPRACTICE: _PDF,
    PolicyKey.ORGANISATION_STRUCTURE: _ODT,
    PolicyKey.REASONABLE_ADJUSTMENTS: _DOCX,
    PolicyKey.RECOGNITION_OF_PRIOR_LEARNING: _PDF,
    PolicyKey.LEARNER_REGISTRATIONS: _ODT,
}


@dataclass(frozen=True)
class SampleFile:
    """A file as somebody at the centre would upload it."""

    filename: str
    media_type: str
    content: bytes


@cache
def sample_policy(key: str, *, revised: bool = False, editable: bool = False) -> SampleFile:
    """The demo centre's policy of this key, such as `appeals`; `revised` is the version after the return, and
    `editable` has DOCX in the place of PDF, whose inspection takes a hundred times as long.

    Raises `ValueError` for a key that is none, and `LookupError` for a second version of a policy that has one only.
    """
    policy = PolicyKey(key)
    if revised and policy not in REVISED:
        raise LookupError(f"{policy} has no revised version")
    source = (_TEXTS / f"{policy}{'.revised' if revised else ''}.txt").read_text(encoding="utf-8")
    document = parse(source, organisation=ORGANISATION)
    chosen = _FORMATS[policy]
    media_type, extension, render = _DOCX if editable and chosen is _PDF else chosen
    return SampleFile(
        filename=f"{ORGANISATION} - {document.title} v{document.version}.{extension}",
        media_type=media_type,
        content=render(document),
    )
