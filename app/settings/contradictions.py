"""Settings that are right alone and wrong together."""

from collections.abc import Callable, Iterable, Iterator

from app.settings.faults import Fault
from app.settings.model import Settings
from app.settings.parts import SHORTEST_KEY
from app.settings.passkeys import belongs, relying_party
from app.settings.transport import in_the_clear


def contradictions(settings: Settings) -> list[Fault]:
    """Return every fault that only shows when the settings are seen together."""
    return [fault for check in _CHECKS for fault in check(settings)]


def _keys(settings: Settings) -> Iterator[Fault]:
    for name, key in (("SECRET_KEY", settings.secret_key), ("SECRET_KEY_PREVIOUS", settings.secret_key_previous)):
        if key is not None and len(key.get_secret_value()) < SHORTEST_KEY:
            yield Fault(name, f"set a random one of at least {SHORTEST_KEY} characters.")


def _database(settings: Settings) -> Iterator[Fault]:
    if settings.database_url is not None:
        url = settings.database_url.get_secret_value()
        if not url.startswith(("postgresql://", "postgres://", "postgresql+asyncpg://")):
            yield Fault("DATABASE_URL", "this is not a database URL; write postgresql://user:password@host/database.")
            return
    # What fits is in the URL by now.
    if settings.database_user is not None:
        yield Fault("DATABASE_USER", "it needs a DATABASE_URL without a password.")
    elif settings.database_password is not None:
        yield Fault("DATABASE_PASSWORD", "it needs a DATABASE_URL with a user and without a password.")


def _relay(settings: Settings) -> Iterator[Fault]:
    smtp = settings.smtp
    if smtp.host is None and (smtp.username is not None or smtp.password is not None):
        yield Fault("SMTP__HOST", "set it; a user name or password is set without a relay.")
    elif (smtp.username is None) != (smtp.password is None):
        missing = "USERNAME" if smtp.username is None else "PASSWORD"
        yield Fault(f"SMTP__{missing}", "set it; a relay takes a user name and a password, or neither.")


def _bounces(settings: Settings) -> Iterator[Fault]:
    bounces = settings.bounces
    if bounces.per_letter and bounces.address is None:
        yield Fault("BOUNCES__ADDRESS", "set it; BOUNCES__PER_LETTER adds to it.")
    given = {"IMAP_HOST": bounces.imap_host, "USERNAME": bounces.username, "PASSWORD": bounces.password}
    if any(given.values()):
        for name in (name for name, value in given.items() if value is None):
            yield Fault(f"BOUNCES__{name}", "set it; the mailbox needs a host, a user name and a password.")


def _documents(settings: Settings) -> Iterator[Fault]:
    s3, in_bucket = settings.s3, (settings.document_store_url or "").startswith("s3:")
    if s3.endpoint is not None and not in_bucket:
        yield Fault("DOCUMENT_STORE_URL", "write s3://bucket; S3__ENDPOINT is set without a bucket.")
    if (s3.access_key_id is None) != (s3.secret_access_key is None):
        missing = "ACCESS_KEY_ID" if s3.access_key_id is None else "SECRET_ACCESS_KEY"
        yield Fault(f"S3__{missing}", "set it; a service takes a key and its secret, or neither.")
    if s3.endpoint is not None and s3.endpoint.startswith("http://") and not s3.may_be_plain:
        yield Fault("S3__ENDPOINT", "write https; documents travel in the clear, unless you set S3__PLAIN_HTTP.")


def _scanner(settings: Settings) -> Iterator[Fault]:
    if settings.clamd.host is not None and settings.clamd.socket is not None:
        yield Fault("CLAMD__SOCKET", "leave it out, or CLAMD__HOST: there is one scanner.")


def _addresses(settings: Settings) -> Iterator[Fault]:
    if settings.public_url is not None and not settings.public_url.rstrip("/").endswith(settings.root_path):
        yield Fault("PUBLIC_URL", f"end it with {settings.root_path}, as ROOT_PATH says.")


def _passkeys(settings: Settings) -> Iterator[Fault]:
    rp_id = relying_party(settings).id
    outside = [origin for origin in settings.passkey_origins if not belongs(origin, rp_id)]
    if outside:
        yield Fault("PASSKEY_RP_ID", f"write a domain that every origin belongs to; {outside[0]} is outside {rp_id}.")
    elif settings.passkey_rp_id is not None and not relying_party(settings).origins:
        yield Fault(
            "PASSKEY_RP_ID", "write the domain of the front end's origin, or name its origin in PASSKEY_ORIGINS."
        )


def _webhooks(settings: Settings) -> Iterator[Fault]:
    if settings.webhooks.loopback and settings.production:
        yield Fault("WEBHOOKS__LOOPBACK", "leave it out in production: services of this machine would be reachable.")


def _transport(settings: Settings) -> Iterable[Fault]:
    return in_the_clear(settings) if settings.production else ()


_CHECKS: tuple[Callable[[Settings], Iterable[Fault]], ...] = (
    _keys,
    _database,
    _relay,
    _bounces,
    _documents,
    _scanner,
    _addresses,
    _passkeys,
    _webhooks,
    _transport,
)
