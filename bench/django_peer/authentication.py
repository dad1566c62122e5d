"""Who asks: the session that the token names, with the person, the roles and the memberships."""

from typing import Any
from uuid import UUID

from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed

from app.domain.actors import Actor, ActorKind, CentreRole, StaffRole
from bench.django_peer.models import Session


class Caller:
    """The `user` of a request: the rulebook's actor."""

    is_authenticated = True

    def __init__(self, actor: Actor) -> None:
        self.actor = actor


class SessionAuthentication(BaseAuthentication):
    """As Django REST Framework's `TokenAuthentication`, over the product's sessions."""

    def authenticate(self, request: Any) -> tuple[Caller, Session] | None:
        """Look the session up; None without a token."""
        scheme, _, token = get_authorization_header(request).decode("ascii").partition(" ")
        if scheme.lower() != "bearer":
            return None
        try:
            session = (
                Session.objects.select_related("person", "person__staffmember")
                .prefetch_related("person__membership_set")
                .get(id=UUID(token), ended_at=None, expires_at__gt=timezone.now())
            )
        except (ValueError, Session.DoesNotExist) as error:
            raise AuthenticationFailed from error
        person = session.person
        staff = getattr(person, "staffmember", None)
        roles = staff.roles if staff is not None and staff.deactivated_at is None else ()
        memberships = {
            each.centre_id: CentreRole(each.role) for each in person.membership_set.all() if each.deactivated_at is None
        }
        actor = Actor(
            kind=ActorKind.PERSON,
            id=person.id,
            name=f"{person.first_name} {person.last_name}",
            staff_roles=frozenset(StaffRole(role) for role in roles),
            memberships=memberships,
        )
        return Caller(actor), session

    def authenticate_header(self, request: Any) -> str:
        """Answer 401 rather than 403."""
        return "Bearer"
