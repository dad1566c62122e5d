"""Elements of UBL 2.1. An element that would be empty is left out (PEPPOL-EN16931-R008)."""

import re
from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Final, TypeAlias

from lxml.builder import ElementMaker
from lxml.etree import _Element

Element: TypeAlias = _Element

_CAC: Final = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
_CBC: Final = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
_aggregate: Final = ElementMaker(namespace=_CAC, nsmap={"cac": _CAC, "cbc": _CBC})
_basic: Final = ElementMaker(namespace=_CBC, nsmap={"cac": _CAC, "cbc": _CBC})
# XML 1.0 has no place for other characters, not even escaped.
_NOT_XML: Final = re.compile("[^\\t\\n\\r\\u0020-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")


def root(name: str, children: Iterable[Element | None]) -> Element:
    """The document's element, such as `Invoice`."""
    own = f"urn:oasis:names:specification:ubl:schema:xsd:{name}-2"
    maker = ElementMaker(namespace=own, nsmap={None: own, "cac": _CAC, "cbc": _CBC})
    return maker(name, *(child for child in children if child is not None))


def group(name: str, *children: Element | None) -> Element | None:
    """An aggregate of those children that there are; None without any."""
    present = [child for child in children if child is not None]
    return _aggregate(name, *present) if present else None


def text(name: str, value: str | None, **attributes: str) -> Element | None:
    """A text without surrounding blanks, with U+FFFD for what XML cannot carry; None without any."""
    shown = clean(value or "")
    return _basic(name, shown, **attributes) if shown else None


def required(name: str, *values: str) -> Element:
    """The first of the texts that is not blank, or a dash."""
    shown = next((kept for value in values if (kept := clean(value))), "–")
    return _basic(name, shown)


def clean(value: str) -> str:
    """The text as XML 1.0 can carry it."""
    return _NOT_XML.sub("\ufffd", value).strip()


def day(name: str, value: date | None) -> Element | None:
    """A date."""
    return None if value is None else _basic(name, value.isoformat())


def amount(name: str, pence: int, currency: str) -> Element:
    """An amount of money with two decimals."""
    return _basic(name, f"{Decimal(pence) / 100:.2f}", currencyID=currency)


def price(name: str, pence: Fraction, currency: str) -> Element:
    """A unit price: with two decimals, or with six where it is no whole number of pence (PEPPOL-EN16931-R120)."""
    if pence.denominator == 1:
        return amount(name, int(pence), currency)
    exact = Decimal(pence.numerator) / Decimal(pence.denominator) / 100
    return _basic(name, f"{exact.quantize(Decimal('0.000001'), ROUND_HALF_UP)}", currencyID=currency)


def percent(name: str, rate: Decimal) -> Element:
    """A rate without trailing zeros."""
    return _basic(name, f"{rate.normalize():f}")


def quantity(name: str, number: int) -> Element:
    """A number of pieces: `C62` is one (UN/ECE recommendation 20)."""
    return _basic(name, str(number), unitCode="C62")
