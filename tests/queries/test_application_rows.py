"""What one hot statement shows of applications is what the plain form shows, in every state and for every role."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import product
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import delete, select

from app.database import Work
from app.domain.actors import Actor, ActorKind, CentreRole, StaffRole
from app.domain.documents import DocumentKind
from app.domain.policies import PolicyKey
from app.domain.sandbox import SandboxState
from app.domain.sites import SiteKind
from app.domain.uploads import InspectionState
from app.domain.workflow import EDITABLE, Status
from app.models import AgreementAcceptance, Application, Contact, Document, HeldRole, Policy, PolicyVersion, Site
from app.queries.application_rows import read_application_rows
from app.queries.forms import COMPLETE, judge
from app.services.story import staff
from app.services.story.ways import WAYS
from tests.queries import plain_applications as plain
from tests.world import Login, TestCentre, World

Viewer = tuple[Login, Actor]


async def _viewers(world: World, *centres: TestCentre) -> list[Viewer]:
    """Everybody who may read the applications of the centres."""
    found = []
    for centre in centres:
        for login, role in ((centre.super_user, CentreRole.SUPER_USER), (centre.user, CentreRole.USER)):
            found.append((login, Actor(ActorKind.PERSON, login.id, login.name, memberships={centre.id: role})))
    for roles in (*((role,) for role in StaffRole), tuple(StaffRole)):
        login = await world.staff(*roles)
        found.append((login, Actor(ActorKind.PERSON, login.id, login.name, staff_roles=frozenset(roles))))
    return found


async def _assert_alike(world: World, viewers: list[Viewer], id_: str) -> None:
    """Compare the overview that each sees, and the readiness, which is the same for all."""
    for login, actor in viewers:
        shown = await world.get(f"/v1/applications/{id_}", login)
        async with world.database.transaction() as session:
            work = Work(session, actor, world.clock(), world.settings)
            row = await session.get_one(Application, UUID(id_))
            assert shown == (await plain.show(work, row)).model_dump(mode="json"), actor
            ready = (await plain.show_readiness(work, row)).model_dump(mode="json") if actor is viewers[0][1] else None
        if ready is not None:
            assert await world.get(f"/v1/applications/{id_}/readiness", login) == ready


@pytest.mark.parametrize("state", SandboxState)
async def test_an_application_is_shown_as_in_the_plain_form(world: World, state: SandboxState) -> None:
    centre = await world.centre()
    draft = await world.draft(centre)
    await world.play(centre, draft["id"], *WAYS[state][1:])
    await _assert_alike(world, await _viewers(world, centre), draft["id"])


async def test_only_the_items_of_the_last_return_count_as_in_the_plain_form(world: World) -> None:
    """Those of the first were answered before the resubmission (R17)."""
    centre = await world.centre()
    id_ = (await world.draft(centre))["id"]
    await world.play(centre, id_, *WAYS[SandboxState.RESUBMITTED][1:])
    for act in (staff.pass_initial_review, staff.begin_review, staff.return_by_centre_lead):
        world.clock.move(timedelta(minutes=1))
        await world.play(centre, id_, act)
    gaps = (await world.get(f"/v1/applications/{id_}/readiness", centre.user))["missing"]
    assert {gap["code"] for gap in gaps} == {"unanswered"}
    await _assert_alike(world, (await _viewers(world, centre))[:2], id_)


async def test_what_changes_beside_an_application_is_shown_as_in_the_plain_form(world: World) -> None:
    """Files in every state of inspection, a statement instead of one, sites, and new versions of the agreement."""
    centre = await world.centre()
    id_ = (await world.ready(centre))["id"]
    viewers = (await _viewers(world, centre))[:2]
    await _assert_alike(world, viewers, id_)
    await world.agreement()
    gaps = (await world.get(f"/v1/applications/{id_}/readiness", centre.user))["missing"]
    assert [gap["code"] for gap in gaps] == ["new_version"]
    await _assert_alike(world, viewers, id_)
    async with world.database.transaction() as session:
        newest = {row.kind: row for row in await session.scalars(select(Document).order_by(Document.version))}
        accepted = await session.scalar(select(AgreementAcceptance))
        assert accepted is not None
        more = {column.key: getattr(accepted, column.key) for column in AgreementAcceptance.__table__.columns}
        more |= {"id": uuid4(), "accepted_at": accepted.accepted_at + timedelta(minutes=1)}
        more |= {"agreement_id": newest[DocumentKind.CENTRE_AGREEMENT].id}
        more |= {"code_of_conduct_id": newest[DocumentKind.CUSTOMER_CODE_OF_CONDUCT].id}
        session.add(AgreementAcceptance(**more))
    assert (await world.get(f"/v1/applications/{id_}/readiness", centre.user))["ready"]
    await _assert_alike(world, viewers, id_)
    await world.agreement()
    async with world.database.transaction() as session:
        for key, state in (
            (PolicyKey.APPEALS, InspectionState.REFUSED),
            (PolicyKey.COMPLAINTS, InspectionState.PENDING),
        ):
            policy = await session.scalar(select(Policy).where(Policy.application_id == UUID(id_), Policy.key == key))
            assert policy is not None
            version = await session.scalar(select(PolicyVersion).where(PolicyVersion.policy_id == policy.id))
            assert version is not None
            more = {column.key: getattr(version, column.key) for column in PolicyVersion.__table__.columns}
            session.add(PolicyVersion(**more | {"id": uuid4(), "number": 2, "inspection_state": state}))
        site = await session.get_one(Site, centre.main_site_id)
        more = {column.key: getattr(site, column.key) for column in Site.__table__.columns} | {
            "kind": SiteKind.DELIVERY
        }
        for closed_at in (None, None, world.clock()):
            session.add(Site(**more | {"id": uuid4(), "closed_at": closed_at}))
    gaps = (await world.get(f"/v1/applications/{id_}/readiness", centre.user))["missing"]
    codes = {"document_refused", "document_being_inspected", "disagrees_with_sites", "new_version"}
    assert {gap["code"] for gap in gaps} == codes
    await _assert_alike(world, viewers, id_)


async def test_a_statement_instead_of_a_policy_counts_as_in_the_plain_form(world: World) -> None:
    centre = await world.centre()
    path = f"/v1/applications/{(await world.draft(centre))['id']}"
    body = {"plans_invigilated_assessment": False}
    await world.post(f"{path}/details/provision", body, centre.user, match=f"{path}/details/provision", method="PATCH")
    address = f"{path}/policies/examinations"
    await world.post(f"{address}/not-applicable", {"statement": "None."}, centre.user, match=address, method="PUT")
    for planned in (False, True):
        body = {"plans_invigilated_assessment": planned}
        group = f"{path}/details/provision"
        await world.post(group, body, centre.user, match=group, method="PATCH")
        gaps = (await world.get(f"{path}/readiness", centre.user))["missing"]
        assert ("not_applicable_contradicted" in {gap["code"] for gap in gaps}) is planned
        await _assert_alike(world, await _viewers(world, centre), path.rpartition("/")[2])


def _queries(rows: list[Application], now: datetime, lead: UUID | None) -> Iterator[tuple[dict[str, Any], Any]]:
    """Every combination of the inbox's filters, each with what it lets through."""
    middle = sorted(row.status_since for row in rows)[len(rows) // 2]
    at = middle.isoformat().replace("+00:00", "Z")

    def is_late(row: Application) -> bool:
        return row.due_at is not None and row.due_at <= now

    options: list[list[tuple[dict[str, Any], Callable[[Application], bool]]]] = [
        [
            ({}, lambda row: True),
            ({"status": ["draft", "in_review"]}, lambda row: row.status in (Status.DRAFT, Status.IN_REVIEW)),
        ],
        [({}, lambda row: True), ({"centre_lead_id": str(lead)}, lambda row: row.centre_lead_id == lead)],
        [
            ({}, lambda row: True),
            ({"status_since_before": at}, lambda row: row.status_since < middle),
            ({"since_before": at}, lambda row: row.status_since < middle),
        ],
        [({}, lambda row: True), ({"late": True}, is_late), ({"late": False}, lambda row: not is_late(row))],
        [({}, lambda row: True), ({"text": "Harbour"}, lambda row: "harbour" in row.centre_name.lower())],
    ]
    for chosen in product(*options):
        yield (
            {name: value for query, _ in chosen for name, value in query.items()},
            lambda row, chosen=chosen: all(passes(row) for _, passes in chosen),
        )


async def test_lists_and_homes_are_those_of_the_plain_form(world: World, client: httpx.AsyncClient) -> None:
    centres = []
    for state in (SandboxState.DRAFT, SandboxState.IN_REVIEW, SandboxState.RETURNED, SandboxState.SUBMITTED):
        centres.append(await world.centre())
        draft = await world.draft(centres[-1])
        await world.play(centres[-1], draft["id"], *WAYS[state][1:])
    await world.play(centres[0], next(iter(world._scenes)), *WAYS[SandboxState.WITHDRAWN][1:])
    await world.draft(centres[0])
    world.clock.move(timedelta(days=9))
    reader = (await _viewers(world))[-1]
    async with world.database.transaction() as session:
        rows = list(await session.scalars(select(Application)))
        lead = next(row.centre_lead_id for row in rows if row.centre_lead_id is not None)
        work = Work(session, reader[1], world.clock(), world.settings)
        shown = {
            row.id: one.model_dump(mode="json")
            for row, one in zip(rows, await plain.summaries_to_schema(work, rows), strict=True)
        }
    counts = set()
    for query, passes in _queries(rows, world.clock(), lead):
        expected = [shown[row.id] for row in sorted(rows, key=lambda row: (row.status_since, row.id)) if passes(row)]
        assert await _pages(client, reader[0], "/v1/applications", query) == expected, query
        counts.add(len(expected))
    assert {0, 1, len(rows)} <= counts
    world.clock.move(timedelta(days=-9))
    for login, actor in await _viewers(world, *centres):
        for centre in centres:
            answer = await client.get(f"/v1/centres/{centre.id}/applications", headers=login.headers)
            if not actor.is_staff and centre.id not in actor.memberships:
                assert answer.status_code == 404
                continue
            async with world.database.transaction() as session:
                work = Work(session, actor, world.clock(), world.settings)
                theirs = [row for row in rows if row.centre_id == centre.id]
                theirs.sort(key=lambda row: (row.started_at, row.id), reverse=True)
                items = [one.model_dump(mode="json") for one in await plain.summaries_to_schema(work, theirs)]
                missing = (await plain.show_readiness(work, theirs[0])).missing
            assert await _pages(client, login, f"/v1/centres/{centre.id}/applications", {}) == items
            home = await world.get(f"/v1/centres/{centre.id}/home", login)
            assert home["application"] == items[0]
            assert home["missing"] == [gap.model_dump(mode="json") for gap in missing]


async def _pages(client: httpx.AsyncClient, login: Login, path: str, query: dict[str, Any]) -> list[dict[str, Any]]:
    """Read a list to its end, two items at a time."""
    found: list[dict[str, Any]] = []
    params = {**query, "limit": 2}
    while True:
        answer = await client.get(path, params=params, headers=login.headers)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        found += page["items"]
        if page["next_cursor"] is None:
            return found
        assert len(page["items"]) == 2
        params["cursor"] = page["next_cursor"]


async def test_rows_outside_the_statuses_that_the_centre_edits_bring_no_form(world: World) -> None:
    centre = await world.centre()
    made = await world.application(centre, Status.SUBMITTED)
    async with world.database.transaction() as session:
        work = Work(session, Actor(ActorKind.SYSTEM), world.clock(), world.settings)
        row = (await read_application_rows(work, [UUID(made["id"])]))[UUID(made["id"])]
        assert await read_application_rows(work, [uuid4()]) == {}
    assert row.status not in EDITABLE
    assert row.form is None
    assert row.judged(world.clock().date(), scanning=False) == COMPLETE


async def test_a_judgement_is_remembered_by_everything_that_is_judged(world: World) -> None:
    """Two reads of one form judge it once; another day, and any change beside the application, judge anew."""
    centre = await world.centre()
    path = f"/v1/applications/{(await world.ready(centre))['id']}"
    judge.cache_clear()
    assert (await world.get(f"{path}/readiness", centre.user))["ready"]
    assert (await world.get(path, centre.user))["sections"][0]["state"] == "complete"
    assert (judge.cache_info().misses, judge.cache_info().hits) == (1, 1)
    async with world.database.transaction() as session:
        contact = await session.scalar(select(Contact).where(Contact.centre_id == centre.id))
        assert contact is not None
        await session.execute(delete(HeldRole).where(HeldRole.contact_id == contact.id))
    gaps = (await world.get(f"{path}/readiness", centre.user))["missing"]
    assert gaps
    assert {gap["section"] for gap in gaps} == {"contacts"}
    assert judge.cache_info().misses == 2
    world.clock.move(timedelta(days=366 * 3))
    login = await world.staff(StaffRole.FINANCE, new=True)
    later = {gap["code"] for gap in (await world.get(f"{path}/readiness", login))["missing"]}
    assert "insurance_expired" in later
    assert judge.cache_info().misses == 3
