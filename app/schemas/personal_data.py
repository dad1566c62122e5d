"""Personal data: what is held about a person, and its erasure."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from app.domain import limits
from app.domain.personal_data import PersonalDataKind
from app.schemas import example_centre as example
from app.schemas.answered import Count, Email, Sentence, Word, promised, up_to
from app.schemas.base import Answer, Request
from app.schemas.fields import EmailAddress
from app.schemas.shared import Moment, described
from app.schemas.text import several_lines

_Value = Annotated[str, promised(maxLength=100_000)]
_KIND = "The kind of record. More may be added."


class PersonalDataValue(Answer):
    """One thing that is held about a person."""

    name: Word = described("What it is.", "last_name")
    value: _Value = described("The value; JSON if it has parts.", "Okafor")
    purpose: Sentence | None = described("What it is held for; null for what only explains the others.", "to address")


class PersonalDataRecord(Answer):
    """A record with a person's data."""

    kind: PersonalDataKind = described(_KIND, "contact")
    id: Word = described("The record's id.", example.CONTACT_ID)
    values: Annotated[list[PersonalDataValue], up_to(100)] = Field(description="What it holds.")


class PersonalDataExport(Answer):
    """What is held about a person (UK GDPR article 15)."""

    email: Email = described("The address that was asked about.", example.CONTACT_EMAIL)
    exported_at: Moment = described("When the data were read.", example.DECIDED_AT)
    records: Annotated[list[PersonalDataRecord], up_to(limits.PERSONAL_RECORDS)] = Field(
        description="The records, those of the person's account first."
    )
    complete: bool = described(
        "False if there are more sessions, letters or changes than are shown: then the newest 1,000 of each are.", True
    )


class PersonalDataRequestCreate(Request):
    """A request of a person under data protection law."""

    email: EmailAddress = Field(description="The person's email address.", examples=[example.CONTACT_EMAIL])
    reason: Annotated[
        str,
        several_lines(1, 500),
        Field(
            description="Why, and how you know who asks; it is recorded. Do not name the person.",
            examples=["Asked for by letter; identity checked by telephone."],
        ),
    ]


class ErasedRows(Answer):
    """How many records of a kind were erased."""

    kind: PersonalDataKind = described(_KIND, "contact")
    count: Count = described("The number of records.", 1)


class KeptColumn(Answer):
    """Data that an erasure leaves, whoever they are about."""

    table: Word = described("The table.", "decisions")
    column: Word = described("The column.", "decided_by_name")
    reason: Sentence = described("Why it is kept.", "kept: the record that a regulator may ask for")


class PersonalDataErasure(Answer):
    """What an erasure did (UK GDPR article 17)."""

    erased_at: datetime = described("When.", example.DECIDED_AT)
    erased: Annotated[list[ErasedRows], up_to(100)] = Field(description="What was erased; empty if nothing was held.")
    kept: Annotated[list[KeptColumn], up_to(1_000)] = Field(description="What is kept about anybody, and why.")
