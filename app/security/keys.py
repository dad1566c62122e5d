"""The key that signs access tokens: `SECRET_KEY`, or in development a random one in `DATA_DIR`."""

import os
import secrets

from app.settings import SHORTEST_KEY, Settings


class UnsafeSettings(Exception):
    """The settings are not safe for production; the message says what to set."""


def previous_key(settings: Settings) -> str | None:
    """Return the key of before a rotation, if there is one. Raises `UnsafeSettings` for a short one."""
    if settings.secret_key_previous is None:
        return None
    key = settings.secret_key_previous.get_secret_value()
    if len(key) < SHORTEST_KEY:
        raise UnsafeSettings(f"SECRET_KEY_PREVIOUS must have at least {SHORTEST_KEY} characters.")
    return key


def signing_key(settings: Settings) -> str:
    """Return the signing key. Raises `UnsafeSettings` for a short `SECRET_KEY`, or in production without one."""
    if settings.secret_key is not None:
        key = settings.secret_key.get_secret_value()
        if len(key) < SHORTEST_KEY:
            raise UnsafeSettings(f"SECRET_KEY must have at least {SHORTEST_KEY} characters.")
        return key
    if settings.production:
        raise UnsafeSettings("SECRET_KEY must be set in production.")
    path = settings.data_dir / "keys" / "signing.key"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Write a draft and link it into place, so that processes starting at the same time share one complete key.
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48), encoding="ascii")
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink(missing_ok=True)
    return path.read_text(encoding="ascii")
