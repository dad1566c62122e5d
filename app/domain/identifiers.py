"""Parse the registered numbers and codes that the forms ask for. Each function returns the stored form, or None.

Every pattern is anchored at both ends, uses a closed ASCII alphabet and has no nested repetition, so that refusing
hostile input takes time linear in its length.
"""

import re
from collections.abc import Callable
from typing import Final, TypeAlias

Parse: TypeAlias = Callable[[str], str | None]
"""A function from the input to the stored form, or None if the input is invalid."""

_COMPANY_NUMBER: Final = re.compile(
    # England and Wales, then the prefixes of Companies House's guide and of its register, then mutual societies, whose
    # numbers may end in R or RS, and Scottish limited partnerships.
    r"[0-9]{8}"
    r"|(?:AC|CE|CS|EN|ES|FC|FE|GE|GN|GS|IC|IP|LP|NA|NC|NF|NI|NL|NO|NP|NR|NV|NZ|OC|OE|PC|R0|RC|RS|SA|SC|SE|SF|SG|SI|SL"
    r"|SO|SP|SR|SZ|UN|ZC)[0-9]{6}"
    r"|(?:IP|NO|NP|RS|SI|SP)(?:[0-9]{5}R|[0-9]{4}RS)"
    r"|SL[0-9]{5}A"
)
_CHARITY_NUMBER: Final = re.compile(
    # England and Wales, Scotland, Northern Ireland, then the references of HM Revenue and Customs.
    r"[0-9]{6,7}(?:-[0-9]{1,3})?|SC[0-9]{6}|NIC[0-9]{6}|[A-Z]{1,2}[0-9]{1,5}"
)
_QUALIFICATION_NUMBER: Final = re.compile(r"([0-9]{3})/?([0-9]{4})/?([0-9X])")
_UKPRN: Final = re.compile(r"[1-9][0-9]{7}")
_URN: Final = re.compile(r"[1-9][0-9]{5,6}")
_NCN: Final = re.compile(r"[0-9]{5}")
_LONGEST: Final = 40
AROUND: Final = " .,;()[]"
"""What comes along when a number is copied from a sentence."""


def company_number(text: str) -> str | None:
    """Parse a number of Companies House, such as `01234567`, `SC123456` or `IP12345R`.

    Digits alone are padded with zeros on the left.
    """
    number = compact(text)
    if number.isdigit():
        number = number.zfill(8)
    return number if _COMPANY_NUMBER.fullmatch(number) and number != "00000000" else None


def charity_number(text: str) -> str | None:
    """Parse `1234567`, `1234567-1` (England and Wales), `SC012345` (Scotland), `NIC101234` (Northern Ireland) or
    `XT12345` (HM Revenue and Customs)."""
    number = compact(text)
    return number if _CHARITY_NUMBER.fullmatch(number) else None


def qualification_number(text: str) -> str | None:
    """Parse `NNN/NNNN/N` or `NNN/NNNN/X`. The slashes are optional."""
    match = _QUALIFICATION_NUMBER.fullmatch(compact(text))
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
    number = compact(text)
    return number if pattern.fullmatch(number) else None


def compact(text: str, dropped: str = "") -> str:
    """The letters and digits in capitals: without spaces, what is `dropped`, and brackets and stops around it."""
    # Check for ASCII before upper-casing, which turns letters such as the dotless i into ASCII.
    if not text.isascii() or len(text) > _LONGEST:
        return ""
    return text.strip(AROUND).upper().translate({ord(character): None for character in " " + dropped})
