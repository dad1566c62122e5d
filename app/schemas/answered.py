"""The types that answers are written in: an answer never uses a bare `str`, `int` or list.

Their limits are what the contract promises, not what an answer is checked against: what is stored was checked when it
was sent, and an old record is never hidden because a rule has become stricter. The tests hold every answer against the
contract, so that a promise that is not kept is found there.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, Final, TypeVar

from pydantic import ConfigDict, GetJsonSchemaHandler, RootModel
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

ItemT = TypeVar("ItemT")

MOST_PENCE: Final = 10_000_000_000
"""The most that one payment, credit or invoice can be: a hundred million pounds."""

_LARGEST: Final = 2_147_483_647
_LARGEST_EXACT: Final = 9_007_199_254_740_991
"""The largest whole number that every JSON reader keeps exactly (RFC 8259 section 6)."""


@dataclass(frozen=True)
class Promise:
    """Metadata for `Annotated[…]`: keywords of JSON Schema that stand in the contract and are not enforced here."""

    keywords: tuple[tuple[str, Any], ...]

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return handler(schema) | dict(self.keywords)


def promised(**keywords: Any) -> Promise:
    """The keywords as metadata: `Annotated[str, promised(maxLength=200)]`."""
    return Promise(tuple(keywords.items()))


def up_to(most: int) -> Promise:
    """A list of so many entries at most: `Annotated[list[Site], up_to(500)]`."""
    return promised(maxItems=most)


A_FEW: Final = up_to(100)
"""A list of choices. It has room for more than there are, so that one choice more breaks no client."""


def number(smallest: int, largest: int) -> Promise:
    """A whole number within these bounds."""
    return promised(minimum=smallest, maximum=largest)


class RecordedValue(RootModel[Any]):
    """A value as it stands in a record: text, a number, yes or no, null, a list or an object."""

    model_config = ConfigDict(
        json_schema_extra={"maxLength": 10_000, "maxItems": 500, "maxProperties": 100, "examples": ["submitted"]}
    )


Record = Annotated[dict[str, RecordedValue], promised(maxProperties=100)]
"""What stood or stands in a record, by the names of its properties."""

Word = Annotated[str, promised(maxLength=60)]
"""A name that a program knows: a role, a status, an operation."""

Code = Annotated[str, promised(maxLength=64, pattern="^[a-z][a-z0-9_]*$")]
"""A stable code."""

Name = Annotated[str, promised(maxLength=100)]
"""A first or last name, a job title, a town: what is asked for in up to 100 characters."""

Title = Annotated[str, promised(maxLength=200)]
"""What something or somebody is called: an organisation, a site, a document, a step."""

FullName = Annotated[str, promised(maxLength=201)]
"""First and last name; or, where no person acted, the name of a system or of the awarding organisation."""

Sentence = Annotated[str, promised(maxLength=1_000)]
"""What is said in a sentence or a few, put together by the product."""

Note = Annotated[str, promised(maxLength=2_000)]
"""What somebody wrote in a small box."""

Remark = Annotated[str, promised(maxLength=4_000)]

Explanation = Annotated[str, promised(maxLength=5_000)]

Minutes = Annotated[str, promised(maxLength=8_000)]
"""What somebody wrote of a conversation."""

Essay = Annotated[str, promised(maxLength=10_000)]
"""What somebody wrote at length: reasons, or 500 words of section Application."""

Drawing = Annotated[str, promised(maxLength=50_000)]
"""A flowchart as Mermaid text."""

Email = Annotated[str, promised(format="email", maxLength=254)]

E164 = Annotated[str, promised(pattern=r"^\+[1-9][0-9]{1,14}$")]
"""A telephone number as it is stored (ITU-T E.164)."""

ShownTelephone = Annotated[str, promised(maxLength=40)]
"""A telephone number of the awarding organisation, as it likes to write it."""

Postcode = Annotated[str, promised(maxLength=10)]

AddressLine = Annotated[str, promised(maxLength=100)]

TownOrCounty = Annotated[str, promised(maxLength=60)]

Reference = Annotated[str, promised(maxLength=20, pattern="^[A-Z]{2,3}-[0-9]{4}-[0-9]{6,9}$")]
"""What people quote: letters, the year, and a number that is counted within it."""

Letter = Annotated[str, promised(pattern="^[a-k]$")]

Place = Annotated[str, promised(maxLength=500)]

UserAgent = Annotated[str, promised(maxLength=300)]

SortCode = Annotated[str, promised(pattern="^[0-9]{2}-[0-9]{2}-[0-9]{2}$")]

AccountNumber = Annotated[str, promised(pattern="^[0-9]{8}$")]

Iban = Annotated[str, promised(maxLength=34)]

Bic = Annotated[str, promised(maxLength=11)]

RegisteredNumber = Annotated[str, promised(maxLength=30)]
"""A number that a register gave: of a company, a charity, a centre, a qualification, for VAT."""

ApiPath = Annotated[str, promised(format="uri-reference", maxLength=300, pattern="^/v1/")]

PathTemplate = Annotated[str, promised(maxLength=300, pattern="^/v1/")]

WebAddress = Annotated[str, promised(format="uri", maxLength=2_048)]

Pointer = Annotated[str, promised(maxLength=300, pattern="^(/.*)?$")]
"""RFC 6901."""

Method = Annotated[str, promised(pattern="^(GET|PUT|POST|PATCH|DELETE)$")]

ETag = Annotated[str, promised(maxLength=60, pattern='^"[^"]+"$')]

Cursor = Annotated[str, promised(maxLength=1_500, pattern="^[A-Za-z0-9_-]+$")]

Body = Annotated[str, promised(maxLength=500_000)]
"""An email's reading, as plain text or HTML."""

Base64 = Annotated[str, promised(pattern="^[A-Za-z0-9+/]*={0,2}$", maxLength=50_000_000)]
"""RFC 4648 section 4."""

FileName = Annotated[str, promised(maxLength=200)]

MediaType = Annotated[str, promised(maxLength=127, pattern="^[a-z]+/[a-z0-9.+-]+$")]

Sha256 = Annotated[str, promised(pattern="^[0-9a-f]{64}$")]

AccessToken = Annotated[str, promised(maxLength=4_096, pattern=r"^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$")]

Secret = Annotated[str, promised(maxLength=512, pattern="^[A-Za-z0-9_-]+$")]
"""What is made by chance and shown once."""

FormVersion = Annotated[str, promised(pattern="^[0-9]{4}\\.[0-9]{1,3}$")]

Currency = Annotated[str, promised(pattern="^[A-Z]{3}$")]

Percentage = Annotated[Decimal, promised(pattern=r"^[0-9]{1,3}(\.[0-9]{1,4})?$")]
"""A decimal number in a string."""

Pence = Annotated[int, number(0, 1_000 * MOST_PENCE)]
"""An amount, or the sum of all that can stand in a ledger."""

Ordinal = Annotated[int, number(1, _LARGEST)]
"""A number that is counted from 1."""

Count = Annotated[int, number(0, _LARGEST)]

Position = Annotated[int, number(1, _LARGEST_EXACT)]

Bytes = Annotated[int, number(1, _LARGEST_EXACT)]

Seconds = Annotated[int, number(0, _LARGEST)]

PageOf = Annotated[list[ItemT], up_to(100)]
"""The items of a page: as many as `limit` asks for, which is 100 at most."""
