"""VAT numbers of the United Kingdom and Europe, each stored in one form: with its prefix and without spaces."""

from typing import Final

from stdnum.eu import vat as eu_vat
from stdnum.exceptions import ValidationError as NumberError
from stdnum.gb import vat as gb_vat

from app.domain.identifiers import AROUND

LONGEST: Final = 30


def vat_number(text: str) -> str | None:
    """Check the check digits. A UK number may lack its prefix and is stored with it."""
    number = text.strip(AROUND).upper()
    if not number[:2].isalpha() or number[:2] in ("GB", "GD", "HA"):
        return uk_vat_number(text)
    if not text.isascii() or len(text) > LONGEST:
        return None
    try:
        return eu_vat.validate(number)
    except NumberError:
        return None


def uk_vat_number(text: str) -> str | None:
    """Check the check digits of a number of the United Kingdom."""
    if not text.isascii() or len(text) > LONGEST:
        return None
    try:
        return f"GB{gb_vat.validate(text.strip(AROUND).upper())}"
    except NumberError:
        return None
