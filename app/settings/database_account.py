"""`DATABASE_USER` and `DATABASE_PASSWORD` go into `DATABASE_URL`: the processes share an address, and each has its own
user and its own secret's file."""

from urllib.parse import quote

from pydantic import SecretStr


def with_account(given: dict[str, object]) -> dict[str, object]:
    """Move user and password into the URL if it has no password of its own; otherwise `contradictions` reports it."""
    url, user, password = (_text(given.get(f"database_{name}")) for name in ("url", "user", "password"))
    scheme, mark, rest = (url or "").partition("://")
    end = min((rest.find(sign) for sign in "/?" if sign in rest), default=len(rest))
    named, _, hosts = rest[:end].rpartition("@")
    account = quote(user, safe="") if user else named
    if not mark or not account or ":" in named or not (user or password):
        return given
    secret = f":{quote(password, safe='')}" if password else ""
    whole = f"{scheme}://{account}{secret}@{hosts}{rest[end:]}"
    return {**given, "database_url": SecretStr(whole), "database_user": None, "database_password": None}


def _text(value: object) -> str | None:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return value if isinstance(value, str) else None
