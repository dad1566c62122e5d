"""Roles that two administrators give together: one asks, another confirms."""

from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum
from typing import Final

from app.domain.actors import Actor, ActorKind, StaffRole
from app.domain.permissions import GRANTS, Permission

# To decide, to credit or waive the fee, and to give these very roles.
_WEIGHTY: Final = frozenset({Permission.DECIDE_APPLICATION, Permission.CREDIT_INVOICES, Permission.MANAGE_STAFF})
CONFIRMED_ROLES: Final = frozenset(role for role in StaffRole if GRANTS[role] & _WEIGHTY)
"""The roles that nobody gives alone."""

GRANT_LASTS: Final = timedelta(days=7)
"""How long a role waits for its confirmation."""


class RoleGrantStatus(StrEnum):
    """What became of a role that an administrator asked for."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


def needs_confirmation(actor: Actor, role: StaffRole) -> bool:
    """True for a weighty role that a person gives. Operators' commands and the sandbox act alone, and are recorded."""
    return actor.kind is ActorKind.PERSON and role in CONFIRMED_ROLES


def in_order(roles: Iterable[str]) -> list[str]:
    """The roles as they are stored and shown."""
    given = set(roles)
    return [role.value for role in StaffRole if role.value in given]
