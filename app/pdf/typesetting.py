"""Typeset data with a Typst template as a tagged PDF. The same data give the same bytes.

Data reach a template as one JSON input, never as markup, so a user cannot inject Typst commands.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from functools import lru_cache
from pathlib import Path
from typing import Literal

import typst

from app.settings import AwardingOrganisation

ROOT = Path(__file__).parents[1]
_FONTS = Path(__file__).parent / "fonts"

Standard = Literal["ua-1", "a-3a"]


def typeset(
    template: Path,
    data: Mapping[str, object],
    *,
    title: str,
    made_on: date,
    organisation: AwardingOrganisation,
    standards: Sequence[Standard] = ("ua-1",),
) -> bytes:
    """Typeset `template`, a file under `app/`, in the awarding organisation's branding.

    `made_on` is the only date in the file's metadata. The result is PDF/UA-1 (ISO 14289-1), and also PDF/A-3a
    (ISO 19005-3) if `standards` says so. Raises `typst.TypstError` if the template is invalid.
    """
    inputs = {
        "data": json.dumps(
            {
                **data,
                "title": title,
                "organisation": organisation.model_dump(mode="json"),
            },
            ensure_ascii=False,
            sort_keys=True,
        )
    }
    try:
        return _compile(template, inputs, made_on, standards)
    except typst.TypstError as error:
        if "could not be displayed" not in error.message:
            raise
        # Both standards reject a character that no font has. An empty box in a name is better than no document.
        return _compile(template, inputs, made_on, ())


def _compile(template: Path, inputs: dict[str, str], made_on: date, standards: Sequence[Standard]) -> bytes:
    return typst.compile(
        template,
        root=ROOT,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs=inputs,
        pdf_standards=list(standards),
        timestamp=datetime.combine(made_on, time(), UTC),
        format="pdf",
    )


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[_FONTS])
