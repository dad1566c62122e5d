"""Telephone numbers, stored as E.164."""

import re
from typing import Final

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat

_REGION: Final = "GB"
_LONGEST: Final = 40
_RESERVED_FOR_DRAMA: Final = re.compile(
    r"\+44(?:7700900|1632960|(?:11[3-8]|1[2-6]1)4960|1914980|2079460|2896496|2920180|808157|909879|306999)[0-9]{3,4}"
)
"""Ofcom's numbers that ring nowhere. The library knows only some of them, and people try a form out with them."""


def to_e164(text: str) -> str | None:
    """`+441332341822` from `01332 341822`; None where it is no telephone number, or carries an extension.

    A number without `+` and country code is read as one of the United Kingdom. E.164 has no extensions: dropping one
    would lose what was typed.
    """
    if len(text) > _LONGEST:
        return None
    try:
        number = phonenumbers.parse(text, _REGION)
    except NumberParseException:
        return None
    stored = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    real = phonenumbers.is_valid_number(number) or _RESERVED_FOR_DRAMA.fullmatch(stored) is not None
    return stored if real and not number.extension else None
