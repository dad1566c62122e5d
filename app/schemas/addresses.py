"""Postal addresses. The country decides the form of the postcode."""

from typing import Annotated, Final

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from app.domain.countries import Country
from app.domain.postcodes import postcode_fault, uk_postcode
from app.schemas import answered, formats
from app.schemas import example_centre as example
from app.schemas.base import Answer, Request
from app.schemas.fields import choice, printable
from app.schemas.patches import changeable
from app.schemas.refused import refused
from app.schemas.text import one_line

_POSTCODE_LONGEST: Final = 10

AddressLine = Annotated[
    str, one_line(1, 100), printable, Field(description="A line of the address.", examples=["14 Castle Gate"])
]

Town = Annotated[str, one_line(1, 60), printable, Field(description="Town or city.", examples=["Nottingham"])]

County = Annotated[
    str, one_line(1, 60), printable, Field(description="County or region.", examples=["Nottinghamshire"])
]


def _in_its_form(text: str) -> str:
    """Store a UK postcode in its standard form, whatever the country; leave any other as typed."""
    return uk_postcode(text) or text


Postcode = Annotated[
    str,
    one_line(1, _POSTCODE_LONGEST, pasted=True),
    printable,
    AfterValidator(_in_its_form),
    Field(
        description="Postcode. A UK postcode may be in any case, with or without spaces, and is stored as `AA9A 9AA`. "
        "Any other is stored as sent.",
        examples=[example.POSTCODE],
        json_schema_extra={"format": formats.POSTCODE},
    ),
]


_PostcodeOrNone = Annotated[
    str,
    one_line(0, _POSTCODE_LONGEST, pasted=True),
    printable,
    AfterValidator(_in_its_form),
    Field(json_schema_extra={"format": formats.POSTCODE}),
]


class AddressInput(Request):
    """A postal address."""

    line_1: AddressLine = Field(description="Building and street.")
    line_2: AddressLine | None = Field(default=None, description="Second line, if any.", examples=["Lace Market"])
    town: Town
    county: County | None = Field(default=None, description="County or region, if any.", examples=["Nottinghamshire"])
    # The country comes before the postcode: Pydantic validates a field knowing only those above it.
    country: Annotated[Country, choice()] = Field(
        description="The country. It decides the form of the postcode.", examples=["england"]
    )
    postcode: _PostcodeOrNone | None = Field(
        default=None,
        description="Postcode, in the country's form. It may be left out, empty or null if `countries` of the "
        "reference data say so of the country.",
        examples=[example.POSTCODE],
        validate_default=True,
    )

    @field_validator("postcode", mode="after")
    @classmethod
    def _suits_the_country(cls, given: str | None, info: ValidationInfo) -> str:
        postcode = given or ""
        # A form without a country is asked for the postcode as well, for most have one. A change may leave the country
        # out; then the service knows it.
        country = info.data.get("country", Country.OTHER if postcode else Country.ENGLAND)
        problem = postcode_fault(country, postcode) if country is not None else None
        if problem is not None:
            raise refused(*problem)
        return postcode


class AddressUpdate(AddressInput):
    """The parts of a postal address to change. A part that is left out keeps its value."""

    line_1: AddressLine = changeable("Building and street.")
    line_2: AddressLine | None = changeable("Second line; null removes it.", "Lace Market")
    town: Town = changeable("Town or city.")
    county: County | None = changeable("County or region; null removes it.", "Nottinghamshire")
    country: Annotated[Country, choice()] = changeable("The country. It decides the form of the postcode.", "england")
    postcode: _PostcodeOrNone | None = changeable(
        "Postcode. It must suit the country; null or empty for none.", example.POSTCODE
    )


class Address(Answer):
    """A postal address."""

    line_1: answered.AddressLine = Field(description="Building and street.", examples=["14 Castle Gate"])
    line_2: answered.AddressLine | None = Field(description="Second line, or null.", examples=["Lace Market"])
    town: answered.TownOrCounty = Field(description="Town or city.", examples=["Nottingham"])
    county: answered.TownOrCounty | None = Field(description="County or region, or null.", examples=["Nottinghamshire"])
    postcode: answered.Postcode = Field(
        description="Postcode; empty where the address has none.", examples=[example.POSTCODE]
    )
    country: Country = Field(description="The country.", examples=["england"])
