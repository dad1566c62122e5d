"""The words that rows are found by, in tables that are sorted by word and, within one, in the order of a list.

The words of a row are made by `search_words`. The database copies them into these tables with the sort key of the list,
so that the rows of a word are read in order, however many have it.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, Text, event, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, Mapper, mapped_column

from app.domain.personal_data import Erasure
from app.models.base import Base, personal

_PURPOSE = personal("to find the row by what it shows", "as long as what it shows", Erasure.ERASED)


def _word() -> Mapped[str]:
    # Sorted by its bytes, so that a beginning is a range.
    return mapped_column(Text(collation="C"), primary_key=True, info=_PURPOSE)


class Searchable:
    """A row that is found by its words. They follow its columns whenever it is saved."""

    words: Mapped[list[str]] = mapped_column(ARRAY(Text()), server_default=text("'{}'"), info=_PURPOSE)

    def words_now(self) -> list[str]:
        """Make the words from the columns."""
        raise NotImplementedError


@event.listens_for(Searchable, "before_insert", propagate=True)
@event.listens_for(Searchable, "before_update", propagate=True)
def _follow(mapper: Mapper[Searchable], connection: object, row: Searchable) -> None:
    words = row.words_now()
    if row.words != words:
        row.words = words


class CentreWord(Base):
    """A word of a centre. Its source is the centre, a contact, a user's person or an application."""

    __tablename__ = "centre_words"
    __table_args__ = (Index(None, "centre_id", "word"),)

    word: Mapped[str] = _word()
    centre_id: Mapped[UUID] = mapped_column(primary_key=True)
    source_id: Mapped[UUID] = mapped_column(primary_key=True)


class ApplicationWord(Base):
    """A word of an application."""

    __tablename__ = "application_words"

    word: Mapped[str] = _word()
    status_since: Mapped[datetime] = mapped_column(primary_key=True)
    application_id: Mapped[UUID] = mapped_column(primary_key=True)


class InitialApplicationWord(Base):
    """A word of an initial application."""

    __tablename__ = "initial_application_words"

    word: Mapped[str] = _word()
    received_at: Mapped[datetime] = mapped_column(primary_key=True)
    initial_application_id: Mapped[UUID] = mapped_column(primary_key=True)


class RecognitionWord(Base):
    """A word of an active recognition."""

    __tablename__ = "recognition_words"

    word: Mapped[str] = _word()
    centre_name: Mapped[str] = mapped_column(primary_key=True)
    recognition_id: Mapped[UUID] = mapped_column(primary_key=True)


class InvoiceWord(Base):
    """A beginning of an invoice's number or of its application's reference, as `code_words` lists them, or of the
    finance system's number, as `printed_word` writes it."""

    __tablename__ = "invoice_words"

    word: Mapped[str] = _word()
    issued_at: Mapped[datetime] = mapped_column(primary_key=True)
    invoice_id: Mapped[UUID] = mapped_column(primary_key=True)
