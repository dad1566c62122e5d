"""What leaves the machine in production goes by TLS, unless a setting says otherwise by name."""

import pytest

from app.settings import InvalidSettings, settings_of

_PRODUCTION = {"ENVIRONMENT": "production"}
_REMOTE = "postgresql://us:word@db.example.com/centre"


def _faults(**environ: str) -> dict[str, str]:
    try:
        settings_of(_PRODUCTION | environ)
    except InvalidSettings as error:
        return {fault.name: fault.detail for fault in error.faults}
    return {}


@pytest.mark.parametrize(
    ("query", "tls", "refused"),
    [
        ("", None, True),
        ("?sslmode=prefer", None, True),
        ("?sslmode=disable", None, True),
        ("?sslmode=require", None, True),
        ("?sslmode=verify-full&sslmode=disable", None, True),
        ("?sslmode=verify-ca", None, False),
        ("?sslmode=verify-full", None, False),
        ("?sslmode=verify-full&sslrootcert=/etc/ca.pem", "required", False),
        ("?sslmode=require", "unverified", False),
        ("", "unverified", True),
        ("", "off", False),
    ],
)
def test_a_database_elsewhere_needs_tls(query: str, tls: str | None, refused: bool) -> None:
    given = {"DATABASE_URL": _REMOTE + query} | ({"DATABASE_TLS": tls} if tls else {})
    found = _faults(**given)
    assert ("DATABASE_URL" in found) == refused
    if refused:
        assert "sslmode=verify-full" in found["DATABASE_URL"]
        assert "word" not in found["DATABASE_URL"].replace("password", "")
    # Only production is strict.
    settings_of({"DATABASE_URL": _REMOTE})


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("postgresql://us:word@127.0.0.1/centre", True),
        ("postgresql://us:word@127.9.9.9:6432/centre", True),
        ("postgresql://us:word@[::1]:5432/centre", True),
        ("postgresql://us:word@localhost/centre", True),
        ("postgresql://us@/centre?host=/run/postgresql", True),
        ("postgresql://us@%2Frun%2Fpostgresql/centre", True),
        ("postgresql://us:word@localhost,db.example.com/centre", False),
        ("postgresql://us@localhost/centre?host=db.example.com", False),
        ("postgresql://localhost:word@10.0.0.5/centre", False),
        ("postgresql://us:word@localhost.example.com/centre", False),
    ],
)
def test_what_never_leaves_the_machine_needs_none(url: str, local: bool) -> None:
    assert ("DATABASE_URL" in _faults(DATABASE_URL=url)) != local


@pytest.mark.parametrize(
    ("url", "refused"),
    [
        ("http://api.pwnedpasswords.com/range", True),
        ("http://localhost.example.com/range", True),
        ("http://10.0.0.5:8080/range", True),
        ("https://api.pwnedpasswords.com/range", False),
        ("http://localhost:8080/range", False),
        ("http://127.0.0.1/range", False),
        ("http://[::1]:8080/range", False),
    ],
)
def test_a_service_for_breached_passwords_elsewhere_needs_tls(url: str, refused: bool) -> None:
    found = _faults(BREACHED_PASSWORDS_URL=url)
    assert ("BREACHED_PASSWORDS_URL" in found) == refused
    if refused:
        assert "https" in found["BREACHED_PASSWORDS_URL"]
    settings_of({"BREACHED_PASSWORDS_URL": url})


@pytest.mark.parametrize(
    ("group", "more"),
    [("SMTP", {}), ("BOUNCES", {"BOUNCES__USERNAME": "us", "BOUNCES__PASSWORD": "word"})],
)
def test_mail_elsewhere_needs_tls(group: str, more: dict[str, str]) -> None:
    host = "SMTP__HOST" if group == "SMTP" else "BOUNCES__IMAP_HOST"
    port = "SMTP__PORT" if group == "SMTP" else "BOUNCES__IMAP_PORT"
    plain = more | {host: "mail.example.com", port: "2525", f"{group}__START_TLS": "false"}
    name = f"{group}__START_TLS"
    assert f"{group}__PLAIN" in _faults(**plain)[name]
    for changes in (
        {f"{group}__PLAIN": "true"},
        {f"{group}__START_TLS": "true"},
        {port: "465" if group == "SMTP" else "993"},
        {host: "127.0.0.1"},
        {"ENVIRONMENT": "development"},
    ):
        assert name not in _faults(**plain | changes), changes
