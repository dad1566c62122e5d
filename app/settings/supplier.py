"""The legal entity that issues invoices, as an electronic invoice names it (EN 16931 BG-4)."""

from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from app.domain.electronic_addresses import ADDRESS_FORMS, AddressScheme, address_id
from app.domain.postal import PostalAddress
from app.domain.vat_numbers import uk_vat_number
from app.settings.parts import Part, RegisteredNumber, Short, Title

_COUNTRIES = ("GB", "GG", "IM", "JE")
"""Where the bank's sort code is: Peppol has rules of their own for suppliers of other countries."""


def _vat_number(given: str) -> str:
    number = uk_vat_number(given)
    if number is None:
        raise ValueError("write a VAT number of the United Kingdom whose check digits agree, like GB980780684")
    return number


def _country(given: str) -> str:
    if given not in _COUNTRIES:
        raise ValueError(f"write one of {', '.join(_COUNTRIES)}")
    return given


class SupplierAddress(Part):
    """The supplier's address in its parts. Without it, `organisation.address_lines` is the address."""

    line_1: Short | None = None
    line_2: Short | None = None
    town: Short | None = None
    county: Short | None = None
    postcode: Annotated[str, Field(min_length=1, max_length=20)] | None = None
    country: Annotated[str, AfterValidator(_country)] = "GB"

    @model_validator(mode="after")
    def _whole(self) -> Self:
        given = (self.line_1, self.line_2, self.town, self.county, self.postcode)
        if any(given) and not (self.line_1 and self.town):
            raise ValueError("write at least line_1 and town, or leave the address out")
        return self

    @property
    def parts(self) -> PostalAddress | None:
        """The address, or None if only the country is given."""
        if self.line_1 is None:
            return None
        return PostalAddress(self.line_1, self.line_2, self.town, self.county, self.postcode, self.country)


class ElectronicAddressSetting(Part):
    """Where the supplier receives electronic documents (BT-34). There is no default: an address is registered."""

    scheme: AddressScheme | None = None
    id: Annotated[str, Field(min_length=1, max_length=254)] | None = None

    @model_validator(mode="before")
    @classmethod
    def _in_its_scheme(cls, given: object) -> object:
        if not isinstance(given, dict):
            return given
        scheme, id_ = given.get("scheme"), given.get("id")
        if (scheme is None) != (id_ is None):
            raise ValueError("write both scheme and id, or neither")
        if scheme not in list(AddressScheme) or not isinstance(id_, str):
            return given
        stored = address_id(AddressScheme(scheme), id_)
        if stored is None:
            raise ValueError(f"an id of the scheme {scheme} is {ADDRESS_FORMS[AddressScheme(scheme)]}")
        return given | {"id": stored}


class Supplier(Part):
    """The legal entity that issues invoices. Its name defaults to the awarding organisation's."""

    legal_name: Title | None = None
    company_number: RegisteredNumber | None = None
    vat_number: Annotated[RegisteredNumber, AfterValidator(_vat_number)] | None = None
    address: SupplierAddress = SupplierAddress()
    electronic_address: ElectronicAddressSetting = ElectronicAddressSetting()

    @property
    def address_lines(self) -> tuple[str, ...]:
        """The address as it is printed, or nothing if `organisation.address_lines` is the address."""
        parts = self.address.parts
        return tuple(parts.lines) if parts is not None else ()
