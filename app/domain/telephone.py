"""Telephone numbers, stored as E.164."""

import re
from typing import Final

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat

_REGION: Final = "GB"
_LONGEST: Final = 40
# The library drops what follows a number, such as `*`, and takes letters for digits.
_SPELLING: Final = re.compile(r"[0-9 +()./-]+")
_RESERVED_FOR_DRAMA: Final = re.compile(
    r"\+44(?:7700900|1632960|(?:11[3-8]|1[2-6]1)4960|1914980|2079460|2896496|2920180|808157|909879|306999)[0-9]{3,4}"
)
"""Ofcom's numbers for drama use. People test forms with them, and the library accepts only some."""


def to_e164(text: str) -> str | None:
    """Parse `01332 341822` as `+441332341822`. Returns None for an invalid number or one with an extension.

    A number without `+` and a country code counts as a UK number. E.164 has no extensions, and dropping one would lose
    information.
    """
    if len(text) > _LONGEST or not _SPELLING.fullmatch(text):
        return None
    try:
        number = phonenumbers.parse(text, _REGION)
    except NumberParseException:
        return None
    stored = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    real = phonenumbers.is_valid_number(number) or _RESERVED_FOR_DRAMA.fullmatch(stored) is not None
    return stored if real and not number.extension else None
