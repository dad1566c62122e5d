"""Limits of failed log-ins: of an account from one network, and of an account from everywhere.

The limit of everywhere stops a guesser with many addresses. It exempts networks that the owner is known from, so that
nobody can lock the owner out: those of their sessions, and for a day the one that completed a password reset by email.
"""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from app.database import Work
from app.domain.names import email_key
from app.letters.passwords.reset import NOBODY
from app.queries.callers import Asked, count_more
from app.queries.sessions import list_addresses
from app.services.rate_limits import Limit, asked, count, give_back, look, network_of, refusal, standings

OF_A_NETWORK: Final = Limit("failed_log_in", 10, 900)
# NIST SP 800-63B asks for at most 100 in a row. A password is worth 32 bits: a guesser needs thousands of years.
OF_AN_ACCOUNT: Final = Limit("failed_log_in_of_account", 50, 86_400)
_VOUCHED: Final = Limit("password_reset_from", 1, 86_400)


@dataclass(frozen=True)
class Attempt:
    """A log-in that is counted as failed until it is given back."""

    counted: Asked
    last: bool
    """Another failure would be refused."""


async def count_attempt(work: Work, email: str, address: str | None, person_id: UUID | None) -> Attempt:
    """Count a log-in before its password is verified, so that no number of requests at once gets more tries.

    The same is done for an unknown address. Raises `TooManyRequests`.
    """
    account, network = email_key(email), network_of(address)
    here, scale = f"{account}@{network}", work.settings.rate_limit_scale
    one, other = asked([OF_A_NETWORK], here, scale=scale), asked([OF_AN_ACCOUNT], account, scale=scale)
    both = Asked([*one.keys, *other.keys], [*one.gaps, *other.gaps], [*one.periods, *other.periods])
    rows = await count_more(work.session, work.now, both)
    of_network, of_account = standings([OF_A_NETWORK, OF_AN_ACCOUNT], rows, work.now, scale=scale)
    if of_network.refused:
        if not of_account.refused:
            # No password is verified, so no guess of the account is used up.
            await give_back(work, other)
        raise refusal(of_network, "Too many failed attempts to sign in. Wait, then try again.")
    if not of_account.refused:
        return Attempt(both, last=not (of_network.left and of_account.left))
    if not await _is_known(work, here, network, person_id):
        raise refusal(
            of_account,
            "Too many failed attempts to sign in to this account. Wait, or reset your password by email and sign in "
            "from the same network.",
        )
    return Attempt(one, last=not of_network.left)


async def vouch(work: Work, email: str, address: str | None) -> None:
    """Note that somebody in this network reads the owner's mailbox."""
    here = f"{email_key(email)}@{network_of(address)}"
    await count(work.session, _VOUCHED, here, work.now, scale=1)


async def _is_known(work: Work, here: str, network: str, person_id: UUID | None) -> bool:
    addresses = await list_addresses(work.session, person_id or NOBODY)
    vouched = await look(work.session, _VOUCHED, here, work.now, scale=1)
    return vouched.refused or network in map(network_of, addresses)
