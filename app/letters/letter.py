"""The parts of a letter: the arguments that are queued, the words that its template prints, and who gets it."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import ClassVar

from pydantic_core import to_jsonable_python

from app.database import Work
from app.domain.json_values import JsonObject
from app.integrations.mailer import Attachment
from app.pdf.issued.keeping import IssuedDocument
from app.security.passwords import NewPassword


class Audience(StrEnum):
    """Who a letter addresses. Letters to a centre end with the help contacts (R25)."""

    CENTRE = "centre"
    STAFF = "staff"


class Stage(StrEnum):
    """The part of the process that a letter belongs to. It decides who gets the replies (R25)."""

    APPLICATIONS = "applications"
    """Until the log-in details have arrived."""
    ENQUIRIES = "enquiries"
    """From then on."""
    FINANCE = "finance"
    """The invoice and its payments."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CentreWords:
    """The variables of a template. Letters to a centre, its finance contact or an applicant use this base."""

    audience: ClassVar[Audience] = Audience.CENTRE

    recipient_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffWords(CentreWords):
    """The variables of a template that addresses the awarding organisation's staff."""

    audience: ClassVar[Audience] = Audience.STAFF


@dataclass(frozen=True, slots=True)
class Draft:
    """A letter ready to render and send."""

    words: CentreWords
    to: tuple[str, ...]
    """Addresses with names, as `readers.addressee` writes them."""
    attachments: tuple[Attachment, ...] = ()
    enclosures: tuple[IssuedDocument, ...] = ()
    """PDFs, which are rendered or read once no transaction is open."""
    once_sent: Callable[[Work], Awaitable[None]] | None = None
    """Runs in the transaction that records the letter as sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter(ABC):
    """The arguments of one letter. Queue it with `outbox.queue`; the worker calls `load` when it sends it.

    The template is the file beside the module with the suffix `.jinja`.
    """

    kind: ClassVar[str]
    """The name under which the letter is stored. It never changes: rows of earlier releases carry it."""
    stage: ClassVar[Stage]
    sample: ClassVar[CentreWords]
    """Made-up words for the preview and the tests."""

    @abstractmethod
    async def load(self, work: Work) -> Draft | None:
        """Look up what the letter says, or return None if it is no longer needed."""

    def arguments(self) -> JsonObject:
        """The arguments as JSON, ready to be stored."""
        arguments: JsonObject = to_jsonable_python({field.name: getattr(self, field.name) for field in fields(self)})
        return arguments


class LogInLetter(Letter):
    """A letter with a first password, which the worker makes before the transaction."""

    __slots__ = ()

    @abstractmethod
    async def load(self, work: Work, password: NewPassword | None = None) -> Draft | None:
        """As in `Letter`, and set the password."""
