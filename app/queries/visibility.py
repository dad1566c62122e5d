"""What an actor may see: the first condition of every query. Fails closed."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar
from uuid import UUID

from sqlalchemy import ARRAY, Boolean, ColumnElement, Uuid, any_, bindparam, false, or_, true
from sqlalchemy.orm import InstrumentedAttribute

from app.domain.actors import MONEY_SCOPES, Actor, ActorKind, Scope

TargetT_co = TypeVar("TargetT_co", covariant=True)
QueryT = TypeVar("QueryT", bound=Callable[..., object])


@dataclass(frozen=True)
class Found(Generic[TargetT_co]):
    """A loaded object and the centre it belongs to."""

    target: TargetT_co
    centre_id: UUID | None = None


def visible_to(actor: Actor, centre_id: InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
    """Select every centre's rows for staff, their own centres' for centre users, none for anybody else."""
    if actor.kind is ActorKind.PERSON and actor.is_staff:
        return true()
    if actor.kind is ActorKind.PERSON and actor.memberships:
        return centre_id.in_(list(actor.memberships))
    return false()


def staff_only(actor: Actor) -> ColumnElement[bool]:
    """Select every row for staff, none for anybody else."""
    return true() if actor.kind is ActorKind.PERSON and actor.is_staff else false()


def money_visible_to(actor: Actor, centre_id: InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
    """As `visible_to`, plus every row for a finance system with a scope for it."""
    if actor.kind is ActorKind.CLIENT and actor.scopes & MONEY_SCOPES:
        return true()
    return visible_to(actor, centre_id)


def webhooks_visible_to(actor: Actor) -> ColumnElement[bool]:
    """Select every row for staff and for a system that manages webhooks, none for anybody else."""
    manages = actor.kind is ActorKind.CLIENT and Scope.WEBHOOKS_MANAGE in actor.scopes
    return true() if manages else staff_only(actor)


def bank_visible_to(actor: Actor) -> ColumnElement[bool]:
    """As `staff_only`, plus every row for a finance system that writes payments. No centre sees a bank's lines."""
    if actor.kind is ActorKind.CLIENT and Scope.PAYMENTS_WRITE in actor.scopes:
        return true()
    return staff_only(actor)


def visible_to_viewer(centre_id: InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
    """The condition of a hot statement for every actor; `viewer` or `money_viewer` gives its parameters."""
    centres = bindparam("viewer_centres", type_=ARRAY(Uuid()))
    return or_(bindparam("viewer_sees_all", type_=Boolean()), centre_id == any_(centres))


def viewer(actor: Actor) -> dict[str, object]:
    """The parameters of `visible_to_viewer` with which it finds the rows that `visible_to` finds."""
    person = actor.kind is ActorKind.PERSON
    return {
        "viewer_sees_all": person and actor.is_staff,
        "viewer_centres": list(actor.memberships) if person else [],
    }


def money_viewer(actor: Actor) -> dict[str, object]:
    """The parameters of `visible_to_viewer` with which it finds the rows that `money_visible_to` finds."""
    reads_money = actor.kind is ActorKind.CLIENT and bool(actor.scopes & MONEY_SCOPES)
    return viewer(actor) | {"viewer_sees_all": True} if reads_money else viewer(actor)


def visible_to_staff_viewer() -> ColumnElement[bool]:
    """The condition of a hot statement for staff; `staff_viewer` gives its parameter."""
    return bindparam("viewer_is_staff", type_=Boolean())


def staff_viewer(actor: Actor) -> dict[str, object]:
    """The parameter of `visible_to_staff_viewer` with which it finds the rows that `staff_only` finds."""
    return {"viewer_is_staff": actor.kind is ActorKind.PERSON and actor.is_staff}


class Reason(StrEnum):
    """Why a query may read without naming its viewer."""

    JUDGED = "The ids come from something that a loader found for this actor."
    OWN = "It finds out who the actor is, or reads what is theirs alone."
    PERMITTED = "The route's permission admits nobody who may not see every row."
    PUBLIC = "Anybody may see these rows."
    RULE = "A rule looks across centres; no row is shown."
    SYSTEM = "The worker, an operator or the process itself reads; there is no viewer."


def unfiltered(reason: Reason) -> Callable[[QueryT], QueryT]:
    """Mark a query that names no viewer, with the reason. `tests/architecture/test_queries.py` demands the mark."""

    def mark(query: QueryT) -> QueryT:
        query.__dict__["unfiltered"] = reason
        return query

    return mark
