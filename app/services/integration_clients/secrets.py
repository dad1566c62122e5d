"""The secrets of an integration client: the current one, and the one before it while it is rotated.

Each has a generation, which its tokens name. No generation is given twice, so that no revoked token comes back to life.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_network
from typing import Final

from app.models import IntegrationClient
from app.security.tokens import random_secret, same_secret, secret_hash
from app.services.rate_limits import address_of

_NOBODYS: Final = secret_hash(random_secret())


@dataclass(frozen=True)
class ValidSecret:
    """A secret that opens something now."""

    number: int
    current: bool
    created_at: datetime | None
    valid_until: datetime | None


def valid_secrets(row: IntegrationClient, now: datetime) -> list[ValidSecret]:
    """List the client's valid secrets, newest first."""
    found = []
    if row.secret_revoked_at is None:
        found.append(ValidSecret(row.secret_generation, True, row.secret_created_at, None))
    until, number = row.previous_secret_valid_until, row.previous_secret_generation
    if until is not None and number is not None and until > now:
        found.append(ValidSecret(number, False, row.previous_secret_created_at, until))
    return found


def matching(row: IntegrationClient, secret: str, now: datetime) -> int | None:
    """The generation of the valid secret that this is. Both are compared, so that timing reveals nothing."""
    current = same_secret(row.secret_hash, secret) and row.secret_revoked_at is None
    before = row.previous_secret_hash
    previous = same_secret(before if before is not None else _NOBODYS, secret) and before is not None
    if current:
        return row.secret_generation
    until = row.previous_secret_valid_until
    return row.previous_secret_generation if previous and until is not None and until > now else None


def in_networks(networks: Sequence[str] | None, address: str | None) -> bool:
    """True if a client with these networks may call from the address: `find_client` asks the same at each call."""
    if not networks:
        return True
    caller = address_of(address)
    return caller is not None and any(caller in ip_network(network) for network in networks)


def keep_for_rotation(row: IntegrationClient, until: datetime) -> None:
    """Let the current secret go on as the one before, until then."""
    row.previous_secret_hash, row.previous_secret_generation = row.secret_hash, row.secret_generation
    row.previous_secret_created_at, row.previous_secret_valid_until = row.secret_created_at, until


def forget_previous(row: IntegrationClient) -> None:
    """End the secret before."""
    row.previous_secret_hash = row.previous_secret_generation = None
    row.previous_secret_created_at = row.previous_secret_valid_until = None


def give_new(row: IntegrationClient, hashed: bytes, now: datetime | None) -> None:
    """Make this the current secret, with a generation that no other has had."""
    row.last_generation = row.secret_generation = max(row.secret_generation, row.last_generation or 0) + 1
    row.secret_hash, row.secret_created_at = hashed, now
    row.secret_revoked_at = None


def revoke(row: IntegrationClient, number: int, now: datetime) -> None:
    """End the secret with this number. If it is the current one, the one before, if valid, takes its place for good."""
    if number != row.secret_generation:
        forget_previous(row)
        return
    row.last_generation = max(row.secret_generation, row.last_generation or 0)
    until = row.previous_secret_valid_until
    if until is None or until <= now or row.previous_secret_hash is None or row.previous_secret_generation is None:
        forget_previous(row)
        give_new(row, secret_hash(random_secret()), None)
        row.secret_revoked_at = now
        return
    row.secret_hash, row.secret_generation = row.previous_secret_hash, row.previous_secret_generation
    row.secret_created_at = row.previous_secret_created_at
    forget_previous(row)
