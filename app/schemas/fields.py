"""The types of requests. A request never uses a bare `str`, `int` or `bool`.

Free text takes its rule from `app/schemas/text.py`: `Annotated[str, one_line(1, 100)]`. Ids have a module of their
own, `app/schemas/ids.py`.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from typing import Annotated, Any, Final, TypeVar, cast
from urllib.parse import urlsplit

from email_validator import validate_email
from pydantic import AfterValidator, BeforeValidator, Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticKnownError, core_schema

from app.domain.characters import has_letter_or_digit
from app.domain.identifiers import compact
from app.domain.printable import unprintable
from app.domain.refusals.input_faults import InputFaultCode
from app.domain.telephone import to_e164
from app.domain.web_names import is_web_address
from app.schemas import example_centre as example
from app.schemas import formats
from app.schemas.answered import integer_format
from app.schemas.refused import refused
from app.schemas.text import one_line, stored_as

DayT = TypeVar("DayT", bound=date)

_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIMESTAMP: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?(?:[Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_EXTENSION: Final = re.compile(r"[0-9]{1,8}")
_EARLIEST, _LATEST = 1900, 2099
_EARLIEST_IN_HISTORY: Final = 1000
_MONTH_AND_DAY: Final = "(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
_ENCODED_WORD: Final = re.compile(r"=\?.*\?=")
_WEB_ADDRESS: Final = re.compile(r"https?://[^\s\\@]+", re.IGNORECASE)
_HOST: Final = re.compile(r"[^\s/?#:\[\].]+(?:\.[^\s/?#:\[\].]+)+\.?")


def whole(smallest: int, largest: int) -> Any:
    """A whole number within bounds: `Annotated[int, whole(0, 100)]`. `5.0`, `"5"` and `true` are refused."""
    return Field(strict=True, ge=smallest, le=largest, json_schema_extra={"format": integer_format(largest)})


def choice() -> Any:
    """A key of a closed list: `Annotated[Country, choice()]`."""
    return Field(strict=False)


@dataclass(frozen=True)
class Distinct:
    """Metadata for `Annotated[list[…], …]`: at most so many entries, without repeats."""

    most: int

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        schema = handler(source)
        if schema["type"] == "list":
            # Let Pydantic stop at the limit instead of validating every entry beyond it first.
            schema = cast(CoreSchema, {**schema, "max_length": self.most})
        return core_schema.no_info_after_validator_function(self.check, schema)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return handler(schema) | {"maxItems": self.most, "uniqueItems": True}

    def check(self, items: list[Any]) -> list[Any]:
        """Return the list. Raise `duplicate_items`, or Pydantic's own error if it is too long."""
        if len(items) > self.most:
            raise PydanticKnownError(
                "too_long", {"field_type": "List", "max_length": self.most, "actual_length": len(items)}
            )
        if len(set(items)) != len(items):
            raise refused(InputFaultCode.DUPLICATE_ITEMS, "Remove the repeated entries.")
        return items


def distinct(most: int) -> Distinct:
    """A list without repeats, of at most so many entries."""
    return Distinct(most)


def _date(value: object) -> date:
    if isinstance(value, str) and _DATE.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise refused(InputFaultCode.INVALID_DATE, "Enter a date that exists, for example 2026-09-01.") from None
    raise refused(InputFaultCode.INVALID_DATE, "Enter a date as YYYY-MM-DD, for example 2026-09-01.")


def _timestamp(value: object) -> datetime:
    if isinstance(value, str) and _TIMESTAMP.fullmatch(value):
        try:
            return datetime.fromisoformat(value.upper()).astimezone(UTC)
        except (ValueError, OverflowError):
            raise refused(
                InputFaultCode.INVALID_TIMESTAMP,
                "Enter a date and time that exist, for example 2026-09-01T14:30:00+01:00.",
            ) from None
    raise refused(
        InputFaultCode.INVALID_TIMESTAMP,
        "Enter a date and time with an offset from UTC, for example 2026-09-01T14:30:00+01:00.",
    )


def _in_years(first: int) -> Callable[[DayT], DayT]:
    """Make a validator for years from `first` to 2099; any other year is a typing error."""

    def validate(day: DayT) -> DayT:
        if not first <= day.year <= _LATEST:
            raise refused(
                InputFaultCode.YEAR_OUT_OF_RANGE,
                "Enter a year between {first} and {last}.",
                {"first": first, "last": _LATEST},
            )
        return day

    return validate


def _email(text: str) -> str | None:
    # Mail programs would decode it, so that no letter to it could be read back as written.
    if _ENCODED_WORD.search(text):
        return None
    # The library's message would echo the input, so use only its verdict.
    try:
        checked = validate_email(text, check_deliverability=False, allow_smtputf8=False, strict=True)
    except ValueError:
        return None
    return checked.ascii_email


def _web_address(text: str) -> str | None:
    if not _WEB_ADDRESS.fullmatch(text):
        return None
    try:
        parts = urlsplit(text)
        well_formed = parts.port != 0 and _HOST.fullmatch(parts.hostname or "") is not None
    except ValueError:
        return None
    return text if well_formed else None


Flag = Annotated[bool, Field(strict=True, description="Yes (true) or no (false).", examples=[True])]

IsoDate = Annotated[
    date,
    BeforeValidator(_date),
    AfterValidator(_in_years(_EARLIEST)),
    Field(
        description="A date from 1900 to 2099, `YYYY-MM-DD` (ISO 8601).",
        examples=["2026-09-01"],
        json_schema_extra={"pattern": f"^(?:19|20)[0-9]{{2}}-{_MONTH_AND_DAY}$"},
    ),
]

HistoricDate = Annotated[
    date,
    BeforeValidator(_date),
    AfterValidator(_in_years(_EARLIEST_IN_HISTORY)),
    Field(
        description="A date from 1000 to 2099, `YYYY-MM-DD` (ISO 8601).",
        examples=["2009-09-01"],
        json_schema_extra={"pattern": f"^(?:1[0-9]|20)[0-9]{{2}}-{_MONTH_AND_DAY}$"},
    ),
]

Timestamp = Annotated[
    datetime,
    BeforeValidator(_timestamp),
    AfterValidator(_in_years(_EARLIEST)),
    Field(
        description="A date and time from 1900 to 2099 with an offset from UTC (RFC 3339), stored in UTC.",
        examples=["2026-09-01T14:30:00+01:00"],
        json_schema_extra={
            "pattern": r"^(?:19|20)[0-9]{2}-[0-9-]{5}[Tt][0-9:]{8}(?:\.[0-9]{1,9})?(?:[Zz]|[+-][0-9:]{5})$"
        },
    ),
]


def _require_letters(name: str) -> str:
    if not has_letter_or_digit(name):
        raise refused(InputFaultCode.NAME_WITHOUT_LETTERS, "Enter a name with at least one letter or digit.")
    return name


def _printable(text: str) -> str:
    at = unprintable(text)
    if at is None:
        return text
    raise refused(
        InputFaultCode.NOT_PRINTABLE,
        "Our documents cannot print character {position}, {name} ({code}). Leave it out, or write it in other letters.",
        {
            "position": at + 1,
            "name": unicodedata.name(text[at], "which has no name").lower(),
            "code": f"U+{ord(text[at]):04X}",
        },
    )


printable: Final = AfterValidator(_printable)
"""For text on certificates, invoices and welcome packs, where a character that no font has is an empty box."""


def _require_no_address(name: str, *, of_organisation: bool) -> str:
    if is_web_address(_require_letters(name), of_organisation=of_organisation):
        raise refused(
            InputFaultCode.NAME_IS_WEB_ADDRESS,
            "Enter the name alone, without a web or email address. Put a space after a full stop that ends a word.",
        )
    return _printable(name)


some_name: Final = AfterValidator(_require_letters)
"""For the name of anything."""
organisations_name: Final = AfterValidator(partial(_require_no_address, of_organisation=True))
"""For names of organisations and sites: letters print them, and mail programs would make links of addresses."""

OrganisationName = Annotated[
    str,
    one_line(2, 200, exact=True),
    organisations_name,
    Field(
        description="The organisation's name, as it will be printed on learners' certificates.",
        examples=[example.NAME],
    ),
]

PersonName = Annotated[
    str,
    one_line(1, 100),
    AfterValidator(partial(_require_no_address, of_organisation=False)),
    Field(description="A person's name.", examples=[example.SUPER_USER]),
]

JobTitle = Annotated[str, one_line(1, 100), Field(description="Job title.", examples=[example.SUPER_USER_JOB])]

EmailAddress = Annotated[
    str,
    one_line(3, 254, pasted=True),
    AfterValidator(
        stored_as(
            _email, InputFaultCode.INVALID_EMAIL, "Enter an email address in the right form, like name@example.com."
        )
    ),
    Field(
        description="An email address. It is stored as typed, with the domain in lower case.",
        examples=[example.SUPER_USER_EMAIL],
        json_schema_extra={"format": formats.EMAIL},
    ),
]

Telephone = Annotated[
    str,
    one_line(3, 40, pasted=True),
    AfterValidator(
        stored_as(
            to_e164,
            InputFaultCode.INVALID_TELEPHONE,
            "Enter a telephone number, like 01332 341822 or +353 1 496 0000. An extension has a field of its own.",
        )
    ),
    Field(
        description="A telephone number, stored in E.164 form. Without a leading `+` it is read as a UK number.",
        examples=[example.SUPER_USER_TELEPHONE],
        json_schema_extra={"format": formats.TELEPHONE},
    ),
]


def _extension(text: str) -> str | None:
    digits = compact(text)
    return digits if _EXTENSION.fullmatch(digits) else None


Extension = Annotated[
    str,
    one_line(1, 20, pasted=True),
    AfterValidator(
        stored_as(_extension, InputFaultCode.INVALID_EXTENSION, "Enter the extension: one to eight digits, like 205.")
    ),
    Field(
        description="The extension to ask for, digits only.",
        examples=["205"],
        json_schema_extra={"format": formats.EXTENSION},
    ),
]


WebAddress = Annotated[
    str,
    one_line(10, 2048, pasted=True),
    AfterValidator(
        stored_as(
            _web_address,
            InputFaultCode.INVALID_WEB_ADDRESS,
            "Enter a web address that begins with https:// or http://, like https://www.example.org.",
        )
    ),
    Field(
        description="An `http` or `https` address without credentials.",
        examples=["https://www.example.org"],
        json_schema_extra={"format": formats.WEB_ADDRESS, "pattern": r"^ *[Hh][Tt][Tt][Pp][Ss]?://[^\s\\@]+ *$"},
    ),
]
