"""Strategies for the contract's named formats, whose rules JSON Schema cannot express."""

from datetime import UTC, date, datetime
from functools import cache

import schemathesis
from hypothesis import strategies as st

from app.domain.characters import has_letter_or_digit
from app.domain.printable import unprintable
from app.domain.web_names import is_web_address
from app.schemas.formats import FORMATS, Format
from tests.integrations.file_samples import pdf, rtf

_FIRST, _LAST = date(1900, 1, 1), date(2199, 12, 31)


def values(described: Format) -> st.SearchStrategy[str]:
    """Make values of a format: by its pattern, or else its samples."""
    if described.pattern is None:
        return st.sampled_from(described.samples)
    # Any text may be meant for a name or for a document: no web address, with a letter, and of characters with a font.
    scripts = st.characters(max_codepoint=0x52F, exclude_categories=("Cs", "Cn"))
    return st.from_regex(described.pattern, alphabet=scripts).filter(_is_a_name)


def _is_a_name(made: str) -> bool:
    return has_letter_or_digit(made) and not is_web_address(made) and unprintable(made) is None


@cache
def register_formats() -> None:
    """Register the formats with Schemathesis."""
    for name, described in FORMATS.items():
        schemathesis.openapi.format(name, values(described))
    days = st.dates(_FIRST, _LAST)
    moments = st.datetimes(datetime(1900, 1, 1), datetime(2199, 12, 31), timezones=st.just(UTC))
    schemathesis.openapi.format("date", days.map(date.isoformat))
    schemathesis.openapi.format("date-time", moments.map(lambda moment: moment.isoformat().replace("+00:00", "Z")))
    # Uploads are inspected, so send a valid document. Every upload accepts PDF.
    schemathesis.openapi.format("binary", st.sampled_from([rtf(), pdf()]))
