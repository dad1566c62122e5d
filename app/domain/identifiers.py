"""Parse the registered numbers and codes that the forms ask for. Each function returns the stored form, or None.

Every pattern is anchored at both ends, uses a closed ASCII alphabet and has no nested repetition, so that refusing
hostile input takes time linear in its length.
"""

import re
from collections.abc import Callable
from typing import Final, TypeAlias

Parse: TypeAlias = Callable[[str], str | None]
"""A function from the input to the stored form, or None if the input is invalid."""

_UK_POSTCODE: Final = re.compile(
    r"(?:GIR0AA|(?:"
    r"[A-PR-UWYZ][0-9]{1,2}"
    r"|[A-PR-UWYZ][A-HK-Y][0-9]{1,2}"
    r"|[A-PR-UWYZ][0-9][A-HJKPSTUW]"
    r"|[A-PR-UWYZ][A-HK-Y][0-9][ABEHMNPRVWXY]"
    r")[0-9][ABD-HJLNP-UW-Z]{2})"
)
_COMPANY_NUMBER: Final = re.compile(r"(?:[0-9]{8}|[A-Z]{2}[0-9]{6})")
_CHARITY_NUMBER: Final = re.compile(r"(?:[0-9]{6,7}(?:-[0-9]{1,3})?|SC[0-9]{6}|NIC[0-9]{6})")
_QUALIFICATION_NUMBER: Final = re.compile(r"([0-9]{3})/?([0-9]{4})/?([0-9X])")
_UKPRN: Final = re.compile(r"[1-9][0-9]{7}")
_URN: Final = re.compile(r"[1-9][0-9]{5,6}")
_NCN: Final = re.compile(r"[0-9]{5}")
_LONGEST: Final = 40


def uk_postcode(text: str) -> str | None:
    """Parse a UK postcode, in any case and with any spaces and hyphens, as `AA9A 9AA`.

    Unlike the well-known "official" expression, whose anchor is misplaced, this matches the whole alternation.
    """
    compact = _compact(text, " -")
    return f"{compact[:-3]} {compact[-3:]}" if _UK_POSTCODE.fullmatch(compact) else None


def company_number(text: str) -> str | None:
    """Parse eight digits, or two letters and six digits. Digits alone are padded with zeros on the left."""
    compact = _compact(text)
    if compact.isdigit():
        compact = compact.zfill(8)
    return compact if _COMPANY_NUMBER.fullmatch(compact) and compact != "00000000" else None


def charity_number(text: str) -> str | None:
    """Parse `1234567`, `1234567-1` (England and Wales), `SC012345` (Scotland) or `NIC101234` (Northern Ireland)."""
    compact = _compact(text, " ")
    return compact if _CHARITY_NUMBER.fullmatch(compact) else None


def qualification_number(text: str) -> str | None:
    """Parse `NNN/NNNN/N` or `NNN/NNNN/X`. The slashes are optional."""
    match = _QUALIFICATION_NUMBER.fullmatch(_compact(text))
    return "/".join(match.groups()) if match else None


def ukprn(text: str) -> str | None:
    """Parse a UK Provider Reference Number: eight digits, 10000000 to 99999999."""
    return _whole(_UKPRN, text)


def urn(text: str) -> str | None:
    """Parse a school's Unique Reference Number: six or seven digits."""
    return _whole(_URN, text)


def ncn(text: str) -> str | None:
    """Parse a National Centre Number: five digits."""
    return _whole(_NCN, text)


def _whole(pattern: re.Pattern[str], text: str) -> str | None:
    compact = _compact(text)
    return compact if pattern.fullmatch(compact) else None


def _compact(text: str, dropped: str = "") -> str:
    # Check for ASCII before upper-casing, which turns letters such as the dotless i into ASCII.
    if not text.isascii() or len(text) > _LONGEST:
        return ""
    return text.strip(" ").upper().translate({ord(character): None for character in dropped})
