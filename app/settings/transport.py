"""Whether passwords and personal data leave this machine in the clear: for the database, mail, bounces and breached
passwords."""

from collections.abc import Iterator, Sequence
from ipaddress import ip_address
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

from app.settings.faults import Fault
from app.settings.model import Settings
from app.settings.parts import DatabaseTls

_VERIFIED: Final = frozenset({"verify-full", "verify-ca"})
_IMPLICIT_TLS: Final = frozenset({465, 993})


def is_local(host: str | None) -> bool:
    """True for a socket and for this machine's own addresses: what never leaves the machine needs no TLS."""
    if not host or host.startswith(("/", "@")) or host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def database_hosts(url: str) -> Sequence[str]:
    """The hosts of a database URL, and folders of sockets; none for the default socket."""
    rest, _, query = url.partition("://")[2].partition("?")
    listed = rest.partition("/")[0].rpartition("@")[2]
    named = [*listed.split(","), *(host for given in parse_qs(query).get("host", ()) for host in given.split(","))]
    return [_without_port(unquote(host)) for host in named if host]


def _without_port(host: str) -> str:
    if host.startswith("["):
        return host.partition("]")[0].lstrip("[")
    name, colon, port = host.rpartition(":")
    return name if colon and port.isdigit() and ":" not in name else host


def sslmode(url: str) -> str:
    """What a database URL demands of TLS; `prefer` where it says nothing, which gives in to whoever is between."""
    given = parse_qs(url.partition("?")[2])
    modes = given.get("sslmode") or given.get("ssl") or []
    return modes[0] if len(modes) == 1 else "prefer"


def in_the_clear(settings: Settings) -> Iterator[Fault]:
    """What production would send to another machine without TLS, or to whoever answers, and no setting allows."""
    url = settings.database_url.get_secret_value() if settings.database_url is not None else ""
    if not all(map(is_local, database_hosts(url))) and not _allowed(settings.database_tls, sslmode(url)):
        yield Fault(
            "DATABASE_URL",
            "end it with ?sslmode=verify-full, so that nobody between can read or change data; with &sslrootcert=… if "
            "your own authority signs the server's certificate. DATABASE_TLS=unverified takes any certificate "
            "(sslmode=require), DATABASE_TLS=off does without TLS.",
        )
    for group, host, port, start_tls, plain in (
        ("SMTP", settings.smtp.host, settings.smtp.port, settings.smtp.start_tls, settings.smtp.plain),
        (
            "BOUNCES",
            settings.bounces.imap_host,
            settings.bounces.imap_port,
            settings.bounces.start_tls,
            settings.bounces.plain,
        ),
    ):
        if not is_local(host) and port not in _IMPLICIT_TLS and not start_tls and not plain:
            yield Fault(
                f"{group}__START_TLS",
                f"leave it out: passwords and letters would travel in the clear, unless you set {group}__PLAIN.",
            )
    breached = urlsplit(settings.breached_passwords_url or "")
    if breached.scheme == "http" and not is_local(breached.hostname):
        yield Fault(
            "BREACHED_PASSWORDS_URL", "write https: who is between could read what is asked, and answer it themselves."
        )


def _allowed(chosen: DatabaseTls, mode: str) -> bool:
    if chosen is DatabaseTls.OFF or mode in _VERIFIED:
        return True
    return chosen is DatabaseTls.UNVERIFIED and mode == "require"
