"""Who acts: the public, a person with a session, an integration client, or the system itself."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import Final, TypeAlias
from uuid import UUID


class ActorKind(StrEnum):
    """The kind of principal."""

    PUBLIC = "public"
    PERSON = "person"
    CLIENT = "integration_client"
    SYSTEM = "system"


class StaffRole(StrEnum):
    """A role of the awarding organisation's staff. One person can hold several."""

    CUSTOMER_EXPERIENCE = "customer_experience"
    FINANCE = "finance"
    CENTRE_LEAD = "centre_lead"
    QUALITY_ASSURANCE_MANAGER = "quality_assurance_manager"
    ADMINISTRATOR = "administrator"


class CentreRole(StrEnum):
    """A role of a centre's portal user."""

    SUPER_USER = "super_user"
    USER = "user"


class Scope(StrEnum):
    """A scope of an integration client. It grants exactly this."""

    INVOICES_READ = "invoices:read"
    PAYMENTS_WRITE = "payments:write"
    EVENTS_READ = "events:read"
    MAIL_BOUNCES = "mail:bounces"
    INVOICES_WRITE = "invoices:write"
    PAYMENTS_READ = "payments:read"
    CREDIT_NOTES_READ = "credit_notes:read"
    CREDIT_NOTES_WRITE = "credit_notes:write"
    EXTERNAL_REFS_WRITE = "external_refs:write"
    WEBHOOKS_MANAGE = "webhooks:manage"


MONEY_SCOPES: Final = frozenset(
    {
        Scope.INVOICES_READ,
        Scope.INVOICES_WRITE,
        Scope.PAYMENTS_READ,
        Scope.PAYMENTS_WRITE,
        Scope.CREDIT_NOTES_READ,
        Scope.CREDIT_NOTES_WRITE,
        Scope.EXTERNAL_REFS_WRITE,
    }
)
"""The scopes of finance systems: each shows that an invoice is there."""


NEEDED: Final[Mapping[Scope, frozenset[Scope]]] = MappingProxyType(
    {Scope.WEBHOOKS_MANAGE: frozenset({Scope.EVENTS_READ})}
)
"""A scope that grants nothing without others: who has events pushed may read them."""


def in_effect(scopes: Collection[str]) -> frozenset[Scope]:
    """The scopes that grant something beside each other."""
    return frozenset(scope for scope in Scope if scope in scopes and NEEDED.get(scope, frozenset()) <= set(scopes))


Role: TypeAlias = StaffRole | CentreRole | Scope


@dataclass(frozen=True)
class Actor:
    """A principal, looked up for every request so that a changed role takes effect at once."""

    kind: ActorKind
    id: UUID | None = None
    name: str = "The public"
    email: str | None = None
    session_id: UUID | None = None
    staff_roles: frozenset[StaffRole] = frozenset()
    memberships: Mapping[UUID, CentreRole] = field(default_factory=dict)
    scopes: frozenset[Scope] = frozenset()
    in_its_networks: bool = True
    """False for an integration client that calls from elsewhere than it may."""
    must_change_password: bool = False
    has_second_factor: bool = False
    second_factor_at: datetime | None = None
    """When the session last proved the second factor."""
    password_at: datetime | None = None
    """When the session last proved the password."""

    @property
    def is_staff(self) -> bool:
        """True for the awarding organisation's staff."""
        return bool(self.staff_roles)

    def roles_for(self, centre_id: UUID | None) -> frozenset[Role]:
        """Return the roles that apply to an object of this centre, or of no centre."""
        if centre_id is not None and centre_id in self.memberships:
            return self._own_roles | {self.memberships[centre_id]}
        return self._own_roles

    @cached_property
    def _own_roles(self) -> frozenset[Role]:
        """The roles that no centre gives. A page of a list asks for them several times for each row."""
        return frozenset({*self.staff_roles, *self.scopes})

    def any_roles(self) -> frozenset[Role]:
        """Return every role, for any centre."""
        return frozenset({*self.staff_roles, *self.scopes, *self.memberships.values()})


PUBLIC = Actor(ActorKind.PUBLIC)
SYSTEM = Actor(ActorKind.SYSTEM, name="The system")
