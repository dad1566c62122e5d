"""A centre's sites and contacts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from app.domain.contact_roles import ContactRole
from app.domain.refusals.base import Conflict


class TooManySites(Conflict):
    """The centre has as many open sites as it can have. Close one first."""

    limit: int

    @property
    def detail(self) -> str:
        """The limit."""
        return f"A centre can have up to {self.limit:,} open sites, and this one does. Close one first."


class MainSite(Conflict):
    """The main site cannot be closed: the main centre answers for every other. Change its address instead."""


class MainSiteExists(Conflict):
    """A centre has one main site. Add a delivery site instead."""

    constraint = "uq_main_site_of_centre"
    last_line = True


class SiteClosed(Conflict):
    """This site is closed, so it can no longer be changed. Add a new one."""


class TooManyContacts(Conflict):
    """The centre has as many contacts as it can have. End one first."""

    limit: int

    @property
    def detail(self) -> str:
        """The limit."""
        return f"A centre can have up to {self.limit:,} contacts, and this one does. End one first."


class ContactEnded(Conflict):
    """This contact has ended, so it can no longer be changed. Add a new one."""


@dataclass(frozen=True)
class RoleHolder:
    """A contact role that somebody already holds."""

    role: Annotated[ContactRole, "The role."]
    contact_id: Annotated[UUID, "The contact who holds it."]
    contact_name: Annotated[str, "Their name."]


class RoleHeld(Conflict):
    """Another contact holds a role that only one person can hold. Take it from them first. 'roles_held' says who."""

    constraint = "uq_single_holder_of_contact_role"
    roles_held: Annotated[Sequence[RoleHolder] | None, "Who holds the roles."] = None

    @property
    def detail(self) -> str:
        """Who holds which role."""
        if not self.roles_held:
            return "Another contact holds a role that only one person can hold. Take it from them first."
        held = ", ".join(f"{holder.contact_name} ({holder.role.label})" for holder in self.roles_held)
        return f"Only one person at a time can hold this role. Take it from these contacts first: {held}."


class NameChangeSettled(Conflict):
    """This request was approved, refused or replaced by a later one. Read the list again."""


class TradingNameInForm(Conflict):
    """The centre enters its trading name in its application, group 'history', while it can edit it. Send the trading
    name as it is, and request a change of the organisation's name only."""
