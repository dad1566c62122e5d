"""Shared parts of tables: constraint names, ids, versions, addresses, enums, and the marking of personal data."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Final, NamedTuple, TypeVar
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    DateTime,
    Enum,
    MetaData,
    String,
    Text,
    Uuid,
    case,
    func,
    inspect,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column
from sqlalchemy.orm.attributes import flag_modified
from uuid_utils.compat import uuid7

from app.domain.countries import Country
from app.domain.json_values import JsonObject
from app.domain.personal_data import Erasure

E = TypeVar("E", bound=StrEnum)


class Base(DeclarativeBase):
    """The declarative base. Constraint names follow a convention, so that code can recognise errors by name."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar = {
        UUID: Uuid(),
        datetime: DateTime(timezone=True),
        str: Text(),
        int: BigInteger(),
        JsonObject: JSONB(none_as_null=True),
        list[JsonObject]: JSONB(none_as_null=True),
    }


def personal(
    purpose: str, retention: str = "as long as the centre's record is kept", erasure: Erasure = Erasure.RECORD
) -> dict[str, object]:
    """Mark a column as personal data, with its purpose, its retention (UK GDPR article 5(1)(b), (e)), and what an
    erasure does to it.

    `personal_columns()` lists the marked columns for the inventory, exports and erasure.
    """
    return {"personal": True, "purpose": purpose, "retention": retention, "erasure": erasure}


class PersonalColumn(NamedTuple):
    """A column with personal data."""

    table: str
    column: str
    purpose: str
    retention: str
    erasure: Erasure


def personal_columns() -> list[PersonalColumn]:
    """List the columns with personal data."""
    return [
        PersonalColumn(
            table.name, column.name, column.info["purpose"], column.info["retention"], column.info["erasure"]
        )
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if column.info.get("personal")
    ]


def choice(vocabulary: type[E]) -> Enum:
    """Return the type for an enum: text with a CHECK, stored by value. A new member needs a one-line migration."""
    return Enum(
        vocabulary,
        native_enum=False,
        create_constraint=True,
        length=64,
        name=vocabulary.__name__.lower(),
        values_callable=lambda members: [member.value for member in members],
    )


class HasId:
    """An opaque, time-ordered id (UUIDv7), created by the application."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)


class Versioned:
    """A row with a version that each UPDATE increments and checks, so that a lost race is refused."""

    version: Mapped[int] = mapped_column(nullable=False)

    def touch(self) -> None:
        """Increment the version although no column changes, because something that belongs to the row does."""
        # Any column works except the key and the version, whose old value the UPDATE compares.
        mapper = inspect(type(self))
        held = {column.key for column in (*mapper.primary_key, mapper.version_id_col)}
        flag_modified(self, next(key for key in mapper.columns.keys() if key not in held))  # noqa: SIM118

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, object]:  # noqa: N805
        return {"version_id_col": cls.version}


_FIRST_COUNTRIES: Final = ("england", "wales", "scotland", "northern_ireland", "other")


def country_columns(country: Country) -> tuple[str, str | None]:
    """Return how a country is stored: `address_first_country` and `address_named_country`."""
    return (country.value, None) if country.value in _FIRST_COUNTRIES else (Country.OTHER.value, country.value)


class HasAddress:
    """A postal address in columns."""

    address_line_1: Mapped[str] = mapped_column(
        info=personal("to write to the organisation", erasure=Erasure.ORGANISATION)
    )
    address_line_2: Mapped[str | None] = mapped_column(
        info=personal("to write to the organisation", erasure=Erasure.ORGANISATION)
    )
    address_town: Mapped[str]
    address_county: Mapped[str | None]
    address_postcode: Mapped[str] = mapped_column(
        String(10), info=personal("to write to the organisation", erasure=Erasure.ORGANISATION)
    )
    address_first_country: Mapped[str] = mapped_column(
        "address_country",
        Enum(*_FIRST_COUNTRIES, native_enum=False, create_constraint=True, length=64, name="country"),
    )
    """A nation, or `other`. The release before the countries had names reads this column, and no other value in it."""
    address_named_country: Mapped[str | None] = mapped_column(String(64))
    """The country that `other` stands for, if it was named."""

    @hybrid_property
    def address_country(self) -> Country:
        """The country."""
        named = self.address_named_country if self.address_first_country == Country.OTHER else None
        return Country(named or self.address_first_country)

    @address_country.inplace.setter
    def _set_country(self, country: Country) -> None:
        self.address_first_country, self.address_named_country = country_columns(country)

    @address_country.inplace.expression
    @classmethod
    def _country_of_a_row(cls) -> ColumnElement[str]:
        first = type_coerce(cls.address_first_country, Text())
        return case((first == Country.OTHER.value, func.coalesce(cls.address_named_country, first)), else_=first)

    @property
    def address(self) -> JsonObject:
        """The address in the form of the schemas."""
        return {
            "line_1": self.address_line_1,
            "line_2": self.address_line_2,
            "town": self.address_town,
            "county": self.address_county,
            "postcode": self.address_postcode,
            "country": self.address_country,
        }

    @address.setter
    def address(self, parts: JsonObject) -> None:
        for name, value in parts.items():
            setattr(self, f"address_{name}", value)
