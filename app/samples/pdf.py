"""Render a policy as a PDF."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import typst

from app.samples.text import PolicyText

_TEMPLATE = Path(__file__).with_name("policy.typ")
# A fixed date makes the file identical on every run.
_MADE_AT = datetime(2025, 10, 1, tzinfo=UTC)


def render_pdf(document: PolicyText) -> bytes:
    """Render the policy on A4, tagged for assistive technology."""
    blocks = [{"kind": type(block).__name__, **asdict(block)} for block in document.blocks]
    data = {"organisation": document.organisation, "title": document.title, "facts": document.facts, "blocks": blocks}
    return typst.compile(
        _TEMPLATE,
        root=_TEMPLATE.parent,
        format="pdf",
        sys_inputs={"data": json.dumps(data)},
        ignore_system_fonts=True,
        timestamp=_MADE_AT,
    )
