"""The types of answers. An answer never uses a bare `str`, `int` or list.

Their limits are promises in the contract, not checks: stored values were checked when they arrived, and a stricter rule
must not hide an old record. The tests validate every answer against the contract and so find a broken promise.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, Final, TypeVar

from pydantic import ConfigDict, GetJsonSchemaHandler, RootModel
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

ItemT = TypeVar("ItemT")

CURSOR_EXAMPLE: Final = (
    "WyJjZW50cmVzOmNyZWF0ZWRfYXQsaWQ6ZGVzYyIsICIyMDI2LTA5LTE1VDE0OjA1OjAwKzAwOjAwIiwgIjAxYTBhNTYyLWEyZTAtNzNjMC1hMjdj"
    "LWVjNzE1Njg5ZjM5ZiJd"
)
"""The cursor of a list of centres."""

MOST_PENCE: Final = 10_000_000_000
"""The largest payment, credit or invoice: a hundred million pounds."""

_LARGEST: Final = 2_147_483_647
_LARGEST_EXACT: Final = 9_007_199_254_740_991
"""The largest whole number that every JSON reader keeps exactly (RFC 8259 section 6)."""


@dataclass(frozen=True)
class Promise:
    """Metadata for `Annotated[…]`: JSON Schema keywords for the contract, not enforced on answers."""

    keywords: tuple[tuple[str, Any], ...]

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return handler(schema) | dict(self.keywords)


def promised(**keywords: Any) -> Promise:
    """The keywords as metadata: `Annotated[str, promised(maxLength=200)]`."""
    return Promise(tuple(keywords.items()))


def up_to(most: int) -> Promise:
    """Limit the entries of a list: `Annotated[list[Site], up_to(500)]`."""
    return promised(maxItems=most)


A_FEW: Final = up_to(100)
"""A list of choices, with room to add a choice without breaking a client."""


def integer_format(largest: int) -> str:
    """Return the OpenAPI format of integers up to `largest`."""
    return "int32" if largest <= _LARGEST else "int64"


def number(smallest: int, largest: int) -> Promise:
    """A whole number within these bounds, with the narrowest `format` that holds it."""
    return promised(minimum=smallest, maximum=largest, format=integer_format(largest))


class RecordedValue(RootModel[Any]):
    """A recorded value: text, a number, a boolean, null, a list or an object."""

    model_config = ConfigDict(
        json_schema_extra={"maxLength": 10_000, "maxItems": 500, "maxProperties": 100, "examples": ["submitted"]}
    )


Record = Annotated[dict[str, RecordedValue], promised(maxProperties=100)]
"""Recorded values by property name."""

Word = Annotated[str, promised(maxLength=60)]
"""A name for programs: a role, a status, an operation."""

Code = Annotated[str, promised(maxLength=64, pattern="^[a-z][a-z0-9_]*$")]
"""A stable code."""

Name = Annotated[str, promised(maxLength=100)]
"""A short name: first or last name, job title."""

Title = Annotated[str, promised(maxLength=200)]
"""The name or title of an organisation, a site, a document or a step."""

FullName = Annotated[str, promised(maxLength=201)]
"""First and last name, or the name of the system or organisation that acted."""

Sentence = Annotated[str, promised(maxLength=1_000)]
"""A sentence or a few, written by the product."""

Note = Annotated[str, promised(maxLength=2_000)]
"""Text that somebody typed into a small box."""

Remark = Annotated[str, promised(maxLength=4_000)]

Explanation = Annotated[str, promised(maxLength=5_000)]

Minutes = Annotated[str, promised(maxLength=8_000)]
"""The record of a conversation."""

Essay = Annotated[str, promised(maxLength=10_000)]
"""Long text: reasons, or 500 words of section Application."""

Drawing = Annotated[str, promised(maxLength=50_000)]
"""A flowchart as Mermaid text."""

Email = Annotated[str, promised(format="email", maxLength=254)]

E164 = Annotated[str, promised(pattern=r"^\+[1-9][0-9]{1,14}$")]
"""A telephone number as it is stored (ITU-T E.164)."""

ExtensionDigits = Annotated[str, promised(pattern="^[0-9]{1,8}$")]
"""The extension of a telephone number."""

ShownTelephone = Annotated[str, promised(maxLength=40)]
"""A telephone number of the awarding organisation, formatted for reading."""

Postcode = Annotated[str, promised(maxLength=10)]

AddressLine = Annotated[str, promised(maxLength=100)]

TownOrCounty = Annotated[str, promised(maxLength=60)]

DocumentNumber = Annotated[str, promised(maxLength=30, pattern="^[A-Za-z0-9][A-Za-z0-9/._-]{0,29}$")]
"""The number on an invoice or credit note: ours, or the finance system's."""

Network = Annotated[str, promised(maxLength=43)]
"""A network in CIDR notation."""

Reference = Annotated[str, promised(maxLength=20, pattern="^[A-Z]{2,3}-[0-9]{4}-[0-9]{6,9}$")]
"""A reference that people quote: letters, the year, and a number within that year."""

Letter = Annotated[str, promised(pattern="^[a-k]$")]

Place = Annotated[str, promised(maxLength=500)]

UserAgent = Annotated[str, promised(maxLength=300)]

SortCode = Annotated[str, promised(pattern="^[0-9]{2}-[0-9]{2}-[0-9]{2}$")]

AccountNumber = Annotated[str, promised(pattern="^[0-9]{8}$")]

Iban = Annotated[str, promised(maxLength=34)]

Bic = Annotated[str, promised(maxLength=11)]

RegisteredNumber = Annotated[str, promised(maxLength=30)]
"""A registered number of a company, a charity or a centre, or for VAT."""

ApiPath = Annotated[str, promised(format="uri-reference", maxLength=300, pattern="^/v1/")]

PathTemplate = Annotated[str, promised(maxLength=300, pattern="^/v1/")]

WebAddress = Annotated[str, promised(format="uri", maxLength=2_048)]

Pointer = Annotated[str, promised(maxLength=300, pattern="^(/.*)?$")]
"""RFC 6901."""

Method = Annotated[str, promised(pattern="^(GET|PUT|POST|PATCH|DELETE)$")]

ETag = Annotated[str, promised(maxLength=60, pattern='^"[^"]+"$')]

Cursor = Annotated[str, promised(maxLength=1_500, pattern="^[A-Za-z0-9_-]+$")]

Body = Annotated[str, promised(maxLength=500_000)]
"""The body of an email, as plain text or HTML."""

Base64 = Annotated[str, promised(pattern="^[A-Za-z0-9+/]*={0,2}$", maxLength=50_000_000)]
"""RFC 4648 section 4."""

FileName = Annotated[str, promised(maxLength=200)]

MediaType = Annotated[str, promised(maxLength=127, pattern="^[a-z]+/[a-z0-9.+-]+$")]

Sha256 = Annotated[str, promised(pattern="^[0-9a-f]{64}$")]

AccessToken = Annotated[str, promised(maxLength=4_096, pattern=r"^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$")]

Secret = Annotated[str, promised(maxLength=512, pattern="^[A-Za-z0-9_-]+$")]
"""A random secret, shown once."""

FormVersion = Annotated[str, promised(pattern="^[0-9]{4}\\.[0-9]{1,3}$")]

Currency = Annotated[str, promised(pattern="^[A-Z]{3}$")]

CountryCode = Annotated[str, promised(pattern="^[A-Z]{2}$")]
"""ISO 3166-1 alpha-2."""

ElectronicAddressId = Annotated[str, promised(maxLength=254)]

Percentage = Annotated[Decimal, promised(pattern=r"^[0-9]{1,3}(\.[0-9]{1,4})?$")]
"""A decimal number in a string."""

Pence = Annotated[int, number(0, 1_000 * MOST_PENCE)]
"""An amount, or the sum of a full ledger."""

NetPence = Annotated[int, number(-1_000 * MOST_PENCE, 1_000 * MOST_PENCE)]
"""A sum of what is owed to and fro."""

Ordinal = Annotated[int, number(1, _LARGEST)]
"""A number counted from 1."""

Count = Annotated[int, number(0, _LARGEST)]

Position = Annotated[int, number(1, _LARGEST_EXACT)]

Bytes = Annotated[int, number(1, _LARGEST_EXACT)]

Seconds = Annotated[int, number(0, _LARGEST)]

PageOf = Annotated[list[ItemT], up_to(100)]
"""The items of a page, at most 100."""
