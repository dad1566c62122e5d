"""Addresses at which a party receives electronic invoices (EN 16931 BT-34, BT-49): a scheme and an id of it."""

import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Final

from stdnum import ean, lei
from stdnum.exceptions import ValidationError as NumberError

from app.domain.identifiers import compact
from app.domain.vat_numbers import uk_vat_number

LONGEST: Final = 254
_DUNS: Final = re.compile(r"[0-9]{9}")
_EMAIL: Final = re.compile(r"[^@\s]{1,64}@[^@\s]{1,189}")


class AddressScheme(StrEnum):
    """The scheme of an electronic address, from the code list EAS. Peppol routes by all of them but `EM`."""

    DUNS = "0060"
    GLN = "0088"
    LEI = "0199"
    UK_VAT = "9932"
    EMAIL = "EM"

    @property
    def routed(self) -> bool:
        """True where Peppol can route by it (PEPPOL-EN16931-CL008)."""
        return self is not AddressScheme.EMAIL


def address_id(scheme: AddressScheme, text: str) -> str | None:
    """Return the id as it is stored, or None if the scheme has no such id: where it has check digits, they agree."""
    return _PARSERS[scheme](text) if text.isascii() and len(text) <= LONGEST else None


def _duns(text: str) -> str | None:
    number = compact(text)
    return number if _DUNS.fullmatch(number) else None


def _gln(text: str) -> str | None:
    try:
        number: str = ean.validate(text)
    except NumberError:
        return None
    return number if len(number) == 13 else None


def _lei(text: str) -> str | None:
    try:
        number: str = lei.validate(text)
    except NumberError:
        return None
    return number


def _email(text: str) -> str | None:
    return text if _EMAIL.fullmatch(text) else None


_PARSERS: Final[Mapping[AddressScheme, Callable[[str], str | None]]] = {
    AddressScheme.DUNS: _duns,
    AddressScheme.GLN: _gln,
    AddressScheme.LEI: _lei,
    AddressScheme.UK_VAT: uk_vat_number,
    AddressScheme.EMAIL: _email,
}
ADDRESS_FORMS: Final[Mapping[AddressScheme, str]] = {
    AddressScheme.DUNS: "nine digits",
    AddressScheme.GLN: "thirteen digits, the last of them a check digit",
    AddressScheme.LEI: "twenty characters, the last two of them check digits",
    AddressScheme.UK_VAT: "a VAT number of the United Kingdom whose check digits agree, like GB980780684",
    AddressScheme.EMAIL: "one email address",
}
"""How the id of each scheme is written."""
