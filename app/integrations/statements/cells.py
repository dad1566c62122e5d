"""Dates and amounts as banks write them. Money is never a float, and nothing is guessed."""

import re
from datetime import date

from app.domain.bank import DateOrder, DecimalMark
from app.domain.characters import as_typed, visible

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH_NAMES = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)
_TIME = r"(?:[T ][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?"
_DATE = re.compile(rf"([0-9]{{1,4}})[ ./-]([0-9]{{1,2}}|[A-Za-z]{{3,9}})[ ./-]([0-9]{{1,4}}){_TIME}")
_JOINED = re.compile(r"([0-9]{8})")
_PLACES = {DateOrder.DAY_FIRST: "dmy", DateOrder.MONTH_FIRST: "mdy", DateOrder.YEAR_FIRST: "ymd"}
_LENGTHS = {"d": 2, "m": 2, "y": 4}

_AMOUNT = {
    DecimalMark.POINT: re.compile(r"([0-9]{1,3}(?:[, '][0-9]{3})+|[0-9]+|(?=\.))(?:\.([0-9]{1,2}))?"),
    DecimalMark.COMMA: re.compile(r"([0-9]{1,3}(?:[. '][0-9]{3})+|[0-9]+|(?=,))(?:,([0-9]{1,2}))?"),
}
_LARGEST_DIGITS = 15


def parse_date(cell: str, order: DateOrder) -> date | None:
    """A date in this order, with any usual separator or none, a month's number or English name; None for anything else.
    A time after it is left out."""
    text = as_typed(cell).strip()
    if joined := _JOINED.fullmatch(text):
        parts, at = {}, 0
        for place in _PLACES[order]:
            parts[place] = joined[1][at : at + _LENGTHS[place]]
            at += _LENGTHS[place]
    elif found := _DATE.fullmatch(text):
        parts = dict(zip(_PLACES[order], found.groups(), strict=True))
    else:
        return None
    year, month = parts["y"], _month(parts["m"])
    if len(year) not in (2, 4) or month is None or not parts["d"].isdigit():
        return None
    try:
        return date(int(year) + (2000 if len(year) == 2 else 0), month, int(parts["d"]))
    except ValueError:
        return None


def _month(text: str) -> int | None:
    if text.isdigit():
        return int(text)
    for names in (_MONTHS, _MONTH_NAMES):
        if text.casefold() in names:
            return names.index(text.casefold()) + 1
    return None


def parse_pence(cell: str, mark: DecimalMark, currency: str) -> int | None:
    """Whole pence, negative for `-12.00`, `12.00-`, `(12.00)` and `12.00 DR`; None for anything else.

    Thousands may be grouped by threes. A comma where the point marks the pence, and the reverse, is no decimal mark.
    """
    text = as_typed(cell).strip()
    negative = False
    if text.startswith("(") and text.endswith(")"):
        negative, text = True, text[1:-1].strip()
    elif text[-2:].upper() in ("CR", "DR"):
        negative, text = text[-2:].upper() == "DR", text[:-2].strip()
    for sign in "-+":
        if text.startswith(sign) or text.endswith(sign):
            if negative:
                return None
            negative, text = sign == "-", text.removeprefix(sign).removesuffix(sign).strip()
            break
    for symbol in ("£", "€", "$", f"{currency} "):
        text = text.removeprefix(symbol).strip()
    # `£-12.00`
    if text.startswith("-") and not negative:
        negative, text = True, text[1:].strip()
    found = _AMOUNT[mark].fullmatch(text)
    if found is None or not any(found.groups()):
        return None
    whole = re.sub(r"[^0-9]", "", found[1])
    if len(whole) > _LARGEST_DIGITS:
        return None
    pence = int(whole or 0) * 100 + int((found[2] or "").ljust(2, "0"))
    return -pence if negative else pence


def plain_text(cell: str) -> str | None:
    """The text on one line, without what shows nothing; None for none. What looks like a formula stays text."""
    printable = "".join(sign if sign.isprintable() else " " for sign in visible(cell))
    return " ".join(printable.split()) or None
