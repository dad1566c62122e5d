"""Settings that are right alone and wrong together."""

from collections.abc import Callable, Iterable, Iterator

from app.settings.faults import Fault
from app.settings.model import Settings


def contradictions(settings: Settings) -> list[Fault]:
    """Return every fault that only shows when the settings are seen together."""
    return [fault for check in _CHECKS for fault in check(settings)]


def _database(settings: Settings) -> Iterator[Fault]:
    if settings.database_url is not None:
        url = settings.database_url.get_secret_value()
        if not url.startswith(("postgresql://", "postgres://", "postgresql+asyncpg://")):
            yield Fault("DATABASE_URL", "this is not a database URL; write postgresql://user:password@host/database.")
            return
    # A password that fits is in the URL by now.
    if settings.database_password is not None:
        yield Fault("DATABASE_PASSWORD", "it needs a DATABASE_URL with a user and without a password.")


def _relay(settings: Settings) -> Iterator[Fault]:
    smtp = settings.smtp
    if smtp.host is None and (smtp.username is not None or smtp.password is not None):
        yield Fault("SMTP__HOST", "set it; a user name or password is set without a relay.")
    elif (smtp.username is None) != (smtp.password is None):
        missing = "USERNAME" if smtp.username is None else "PASSWORD"
        yield Fault(f"SMTP__{missing}", "set it; a relay takes a user name and a password, or neither.")


_CHECKS: tuple[Callable[[Settings], Iterable[Fault]], ...] = (_database, _relay)
