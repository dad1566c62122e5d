"""`DATABASE_PASSWORD` goes into `DATABASE_URL`, so that the password alone can be a secret's file."""

from urllib.parse import quote

from pydantic import SecretStr


def with_password(given: dict[str, object]) -> dict[str, object]:
    """Move the password into the URL if it has a user and no password; otherwise `contradictions` reports it."""
    url, password = _text(given.get("database_url")), _text(given.get("database_password"))
    scheme, mark, rest = (url or "").partition("://")
    end = min((rest.find(sign) for sign in "/?" if sign in rest), default=len(rest))
    user, at, hosts = rest[:end].rpartition("@")
    if not mark or not password or not at or not user or ":" in user:
        return given
    whole = f"{scheme}://{user}:{quote(password, safe='')}@{hosts}{rest[end:]}"
    return {**given, "database_url": SecretStr(whole), "database_password": None}


def _text(value: object) -> str | None:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return value if isinstance(value, str) else None
