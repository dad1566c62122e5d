"""The secrets of authenticator apps: encrypted in the table, readable with the key and the one before it."""

import structlog

from app.database import Work
from app.models import Factor
from app.queries.factors import find_sealed, list_sealed
from app.queries.people import lock_person
from app.security.keys import previous_key
from app.security.sealing import Unreadable, seal, unseal

_log = structlog.get_logger(__name__)


def seal_secret(key: str, row: Factor, secret: str) -> None:
    """Keep a secret, encrypted."""
    row.sealed_secret = seal(key, secret.encode(), owner=row.person_id.bytes)


def open_secret(work: Work, key: str, row: Factor) -> str:
    """Read a secret. One that only the previous key opens is encrypted with the current one; the person is locked.

    Raises `Unreadable`.
    """
    assert row.sealed_secret is not None
    keys = [one for one in (key, previous_key(work.settings)) if one is not None]
    secret, fresh = unseal(keys, row.sealed_secret, owner=row.person_id.bytes)
    if not fresh:
        seal_secret(key, row, secret.decode())
    return secret.decode()


async def reseal_all(work: Work, key: str) -> tuple[int, int]:
    """Encrypt every secret with the current key. Return how many there are, and how many no key opens."""
    lost, rows = 0, await list_sealed(work.session)
    for person_id, factor_id in rows:
        await lock_person(work.session, person_id)
        row = await find_sealed(work.session, factor_id)
        if row is None:
            continue
        try:
            open_secret(work, key, row)
        except Unreadable:
            lost += 1
            _log.error("second_factor_unreadable", person=str(person_id))
    return len(rows), lost
