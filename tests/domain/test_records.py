"""Who may read the record of which changes."""

from uuid import uuid4

import pytest

from app.domain.actors import PUBLIC, SYSTEM, Actor, ActorKind, CentreRole, Scope, StaffRole
from app.domain.events import EventType
from app.domain.records import AREAS, READERS, RecordArea, area_of, readable_types

FOR_ADMINISTRATORS = {
    RecordArea.ACCOUNTS,
    RecordArea.INTEGRATION_CLIENTS,
    RecordArea.WEBHOOKS,
    RecordArea.SETTINGS,
    RecordArea.JOBS,
}


def test_every_type_of_event_has_an_area_and_every_area_a_reader() -> None:
    assert set(AREAS) == set(EventType)
    assert set(READERS) == set(RecordArea) == set(AREAS.values())


def test_a_type_that_nobody_has_named_has_no_area() -> None:
    with pytest.raises(KeyError):
        area_of("surprise.sprung")


@pytest.mark.parametrize(
    "actor",
    [
        PUBLIC,
        SYSTEM,
        Actor(ActorKind.PERSON, memberships={uuid4(): CentreRole.SUPER_USER}),
        Actor(ActorKind.CLIENT, scopes=frozenset(Scope)),
        Actor(ActorKind.CLIENT, staff_roles=frozenset(StaffRole)),
    ],
)
def test_nobody_but_staff_reads_any(actor: Actor) -> None:
    assert readable_types(actor) == frozenset()


@pytest.mark.parametrize("role", StaffRole)
def test_staff_read_what_they_can_read_in_the_product(role: StaffRole) -> None:
    readable = {AREAS[type_] for type_ in readable_types(Actor(ActorKind.PERSON, staff_roles=frozenset({role})))}
    hidden = set() if role is StaffRole.ADMINISTRATOR else FOR_ADMINISTRATORS
    assert readable == set(RecordArea) - hidden
