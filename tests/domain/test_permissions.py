"""Who holds which permission, for one centre, anywhere, and in words."""

from uuid import uuid4

import pytest

from app.domain.actors import Actor, ActorKind, CentreRole, Role, Scope, StaffRole
from app.domain.permissions import GRANTS, Permission, granted, granted_anywhere, holders, require_permission
from app.domain.refusals.access import RoleNotAllowed

_OWN, _OTHER = uuid4(), uuid4()


def _actor(*roles: Role) -> Actor:
    """An actor with these roles, a centre's role being at `_OWN`."""
    at_centre = [role for role in roles if isinstance(role, CentreRole)]
    return Actor(
        ActorKind.PERSON,
        staff_roles=frozenset(role for role in roles if isinstance(role, StaffRole)),
        scopes=frozenset(role for role in roles if isinstance(role, Scope)),
        memberships=dict(zip([_OWN], at_centre, strict=False)),
    )


@pytest.mark.parametrize("permission", Permission)
@pytest.mark.parametrize("role", GRANTS)
def test_a_role_gives_what_the_table_says(role: Role, permission: Permission) -> None:
    """A centre's role counts at that centre alone; a staff role and a scope count at every centre, and at none."""
    actor, given = _actor(role), permission in GRANTS[role]
    assert granted(actor, permission, _OWN) is given
    everywhere = given and not isinstance(role, CentreRole)
    assert granted(actor, permission, _OTHER) is everywhere
    assert granted(actor, permission) is everywhere
    assert granted_anywhere(actor, permission) is given


def test_a_permission_that_is_not_granted_is_refused_with_whose_it_is() -> None:
    with pytest.raises(RoleNotAllowed) as refused:
        require_permission(_actor(CentreRole.USER), Permission.SUBMIT_APPLICATION, _OWN)
    assert refused.value.detail == "Only a super user of the centre can do this."
    with pytest.raises(RoleNotAllowed):
        require_permission(_actor(CentreRole.SUPER_USER), Permission.SUBMIT_APPLICATION, _OTHER)
    require_permission(_actor(CentreRole.SUPER_USER), Permission.SUBMIT_APPLICATION, _OWN)
    require_permission(_actor(StaffRole.FINANCE), Permission.RECORD_PAYMENTS)


def test_roles_add_up() -> None:
    actor = _actor(StaffRole.FINANCE, Scope.EVENTS_READ, CentreRole.USER)
    assert actor.roles_for(_OWN) == actor.any_roles() == {StaffRole.FINANCE, Scope.EVENTS_READ, CentreRole.USER}
    assert actor.roles_for(_OTHER) == {StaffRole.FINANCE, Scope.EVENTS_READ}


def test_ones_own_account_is_for_whoever_has_a_session() -> None:
    assert not granted_anywhere(_actor(*StaffRole), Permission.OWN_ACCOUNT)
    assert granted_anywhere(Actor(ActorKind.PERSON, session_id=uuid4()), Permission.OWN_ACCOUNT)


@pytest.mark.parametrize(
    ("permission", "words"),
    [
        (Permission.OWN_ACCOUNT, "a person with a session"),
        (Permission.SUBMIT_APPLICATION, "a super user of the centre"),
        (Permission.REVIEW_APPLICATION, "customer experience or a centre lead"),
        (Permission.START_APPLICATION, "a user of the centre or a super user of the centre"),
        (
            Permission.RECORD_PAYMENTS,
            "finance staff or an integration client with the scope payments:write",
        ),
        (
            Permission.RESEND_INVITATION,
            "a super user of the centre or customer experience",
        ),
        (
            Permission.READ_INBOX,
            "customer experience, finance staff, a centre lead, the quality assurance manager or an administrator",
        ),
    ],
)
def test_holders_are_named_in_words(permission: Permission, words: str) -> None:
    assert holders(permission) == words
