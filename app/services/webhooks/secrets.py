"""The secrets of an endpoint, encrypted for its row."""

from collections.abc import Sequence
from datetime import datetime

import structlog

from app.database import Work
from app.integrations.webhooks import new_secret
from app.models import WebhookEndpoint
from app.queries.webhook_work import lock_every_endpoint
from app.security.keys import previous_key
from app.security.sealing import WEBHOOKS, Unreadable, seal, unseal

_log = structlog.get_logger(__name__)


def make(row: WebhookEndpoint, key: str, *, previous_until: datetime | None = None) -> bytes:
    """Give the endpoint a new secret and return it; the previous one signs too until then."""
    secret = new_secret()
    row.sealed_previous_secret = row.sealed_secret if previous_until is not None else None
    row.previous_until = previous_until
    row.sealed_secret = seal(key, secret, owner=row.id.bytes, purpose=WEBHOOKS)
    return secret


def opened(row: WebhookEndpoint, keys: Sequence[str], now: datetime) -> list[bytes]:
    """The secrets that sign now, the current one first. Raises `Unreadable`."""
    sealed = [row.sealed_secret]
    if row.sealed_previous_secret is not None and row.previous_until is not None and now < row.previous_until:
        sealed.append(row.sealed_previous_secret)
    return [unseal(keys, one, owner=row.id.bytes, purpose=WEBHOOKS)[0] for one in sealed]


async def reseal_all(work: Work, key: str) -> tuple[int, int]:
    """Encrypt every secret with the current key. Return how many endpoints there are, and how many no key opens."""
    keys = [one for one in (key, previous_key(work.settings)) if one is not None]
    lost, rows = 0, await lock_every_endpoint(work.session)
    for row in rows:
        try:
            _reseal(row, keys)
        except Unreadable:
            lost += 1
            _log.error("webhook_secret_unreadable", webhook_endpoint=str(row.id))
    return len(rows), lost


def _reseal(row: WebhookEndpoint, keys: Sequence[str]) -> None:
    """Encrypt what an older key opens with the first one. Raises `Unreadable`."""
    for name in ("sealed_secret", "sealed_previous_secret"):
        sealed = getattr(row, name)
        if sealed is None:
            continue
        secret, fresh = unseal(keys, sealed, owner=row.id.bytes, purpose=WEBHOOKS)
        if not fresh:
            setattr(row, name, seal(keys[0], secret, owner=row.id.bytes, purpose=WEBHOOKS))
