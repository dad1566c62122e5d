"""Postcodes of the United Kingdom and the Crown dependencies, in one form, and the countries they lie in."""

import re
from collections.abc import Mapping
from typing import Final

from app.domain.countries import Country
from app.domain.identifiers import compact
from app.domain.refusals.input_faults import InputFaultCode

_OUTWARD_AND_INWARD: Final = re.compile(
    r"(?:GIR0AA|(?:"
    r"[A-PR-UWYZ][0-9]{1,2}"
    r"|[A-PR-UWYZ][A-HK-Y][0-9]{1,2}"
    r"|[A-PR-UWYZ][0-9][A-HJKPSTUW]"
    r"|[A-PR-UWYZ][A-HK-Y][0-9][ABEHMNPRVWXY]"
    r")[0-9][ABD-HJLNP-UW-Z]{2})"
)
_FORCES: Final = re.compile(r"BFPO([1-9][0-9]{0,3})")
"""Numbers of the British Forces Post Office, which are written with one space like a postcode."""
_AREA: Final = re.compile(r"[A-Z]+")

_PLACES: Final[Mapping[tuple[Country, ...], str]] = {
    (Country.ENGLAND,): (
        "AL B BA BB BD BH BL BN BR BS CB CM CO CR CT CV CW DA DE DH DL DN DT DY E EC EN EX FY GU HA HD HG HP HU HX IG "
        "IP KT L LA LE LN LS LU M ME MK N NG NN NR NW OL OX PE PL PO PR RG RH RM S SE SG SK SL SM SN SO SP SR SS ST SW "
        "TA TF TN TQ TR TS TW UB W WA WC WD WF WN WR WS WV YO"
    ),
    (Country.SCOTLAND,): "AB DD EH FK G HS IV KA KW KY ML PA PH ZE",
    (Country.WALES,): "CF SA",
    (Country.NORTHERN_IRELAND,): "BT",
    (Country.JERSEY,): "JE",
    (Country.GUERNSEY,): "GY",
    (Country.ISLE_OF_MAN,): "IM",
    # A border crosses these areas.
    (Country.ENGLAND, Country.SCOTLAND): "CA DG NE TD",
    (Country.ENGLAND, Country.WALES): "CH GL HR LD LL NP SY",
    # These are of no place: the forces, banks and Girobank.
    (Country.ENGLAND, Country.WALES, Country.SCOTLAND, Country.NORTHERN_IRELAND): "BF BFPO BX GIR",
}
_COUNTRIES_OF: Final = {area: countries for countries, areas in _PLACES.items() for area in areas.split()}
_WITH_THEM: Final = frozenset(country for countries in _PLACES for country in countries)


def uk_postcode(text: str) -> str | None:
    """Parse a postcode as `AA9A 9AA`, or `BFPO 57`, however it is spaced and punctuated. None if there is no such area.

    Unlike the well-known "official" expression, whose anchor is misplaced, this matches the whole alternation.
    """
    code = compact(text, "-.")
    forces = _FORCES.fullmatch(code)
    if forces:
        return f"BFPO {forces[1]}"
    if _OUTWARD_AND_INWARD.fullmatch(code) is None or _area(code) not in _COUNTRIES_OF:
        return None
    return f"{code[:-3]} {code[-3:]}"


def postcode_fault(country: Country, postcode: str) -> tuple[InputFaultCode, str] | None:
    """Return what is wrong with a postcode, or with there being none, in an address of this country, and what to do.

    Outside the United Kingdom and the Crown dependencies every form may be right.
    """
    if not postcode:
        return (InputFaultCode.REQUIRED, "Enter the postcode.") if country.postcode_required else None
    if country not in _WITH_THEM:
        return None
    parsed = uk_postcode(postcode)
    if parsed is None:
        return InputFaultCode.INVALID_POSTCODE, "Enter a UK postcode, like DE24 8BX."
    countries = _COUNTRIES_OF[_area(parsed)]
    if country in countries:
        return None
    names = " or ".join(each.label for each in countries)
    return InputFaultCode.INVALID_POSTCODE, f"This postcode is in {names}. Correct it, or choose that as the country."


def _area(code: str) -> str:
    area = _AREA.match(code)
    assert area is not None, "the pattern begins with a letter"
    return area[0]
