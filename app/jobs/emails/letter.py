"""A letter: a typed message, to whom, and what goes with it."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from app.database import Work
from app.emails.email import Email
from app.integrations.mailer import Attachment
from app.integrations.storage import DocumentStore
from app.models import Person
from app.settings import Settings

Arguments = Mapping[str, Any]


@dataclass(frozen=True)
class Letter:
    """One email about to be sent. `to` are addresses with names; `once_sent` runs in the transaction that notes it
    as sent."""

    message: Email
    to: tuple[str, ...]
    attachments: tuple[Attachment, ...] = ()
    carries_secret: bool = False
    once_sent: Callable[[Work], Awaitable[None]] | None = None


class Loader(Protocol):
    """Looks up a letter by the arguments of `domain.letters`."""

    async def __call__(self, work: Work, store: DocumentStore, arguments: Arguments, /) -> Letter | None:
        """The letter, or None when it is not needed any more."""


def id_in(arguments: Arguments, name: str) -> UUID:
    """The id of that name."""
    return UUID(str(arguments[name]))


def addressee(name: str, email: str) -> str:
    """`Jane Doe <jane@example.org>`, without what would end the name early."""
    plain = " ".join(name.translate({ord(sign): " " for sign in '<>"'}).split())
    return f"{plain} <{email}>"


def addressees(people: Iterable[Person]) -> tuple[str, ...]:
    """Each person's address."""
    return tuple(addressee(person.name, person.email) for person in people)


def names(people: Sequence[Person]) -> str:
    """`Ann Lee, Bob Ray and Cy Doe`: one letter greets everybody it goes to."""
    *others, last = [person.name for person in people] or ["colleague"]
    return f"{', '.join(others)} and {last}" if others else last


def customer_experience(settings: Settings) -> tuple[str, tuple[str, ...]]:
    """How customer experience is greeted, and its address."""
    organisation = settings.organisation
    return "customer experience team", (
        addressee(f"{organisation.short_name} customer experience", organisation.help.applications_email),
    )
