"""What a hot statement finds or shows of a centre, an application or a section is what the ORM rows say."""

from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import select

from app.database import Work
from app.domain.actors import PUBLIC, Actor, ActorKind, CentreRole, StaffRole
from app.domain.policies import POLICIES, PolicyKey
from app.domain.preconditions import etag
from app.domain.sections import DetailsGroup
from app.domain.workflow import Status
from app.models import Application, ApplicationDetails, Centre, Policy, PolicyVersion
from app.queries.applications import find_application
from app.queries.centres import find_centre
from app.schemas import policies as schemas
from app.schemas.details import details_answer
from tests.world import Login, World


async def test_sections_are_hidden_from_strangers(world: World, client: httpx.AsyncClient) -> None:
    centre, other = await world.centre(), await world.centre()
    path = f"/v1/applications/{(await world.draft(centre))['id']}"
    for part in ("details", "details/history", "policies", "policies/appeals", "readiness"):
        assert (await client.get(f"{path}/{part}")).status_code == 401
        assert (await client.get(f"{path}/{part}", headers=other.super_user.headers)).status_code == 404
    assert (await client.get(f"{path}/details/nothing", headers=centre.user.headers)).status_code == 404
    assert (await client.get(f"{path}/policies/nothing", headers=centre.user.headers)).status_code == 404


async def test_details_are_those_of_their_rows(world: World) -> None:
    centre = await world.centre()
    staff = await world.staff(StaffRole.CENTRE_LEAD)
    for made in (await world.draft(centre), await _submitted(world)):
        viewers = (centre.user, staff) if made["status"] == "draft" else (staff,)
        async with world.database.transaction() as session:
            found = await session.scalars(
                select(ApplicationDetails).where(ApplicationDetails.application_id == UUID(made["id"]))
            )
            rows = {row.group: row for row in found}
        expected = [
            details_answer(group.value, etag(rows[group].version), rows[group].data).model_dump(mode="json")
            for group in DetailsGroup
        ]
        for viewer in viewers:
            path = f"/v1/applications/{made['id']}/details"
            assert await world.get(path, viewer) == {"application_id": made["id"], "groups": expected}
            for group, answer in zip(DetailsGroup, expected, strict=True):
                assert await world.get(f"{path}/{group.value}", viewer) == answer


async def _submitted(world: World) -> dict[str, str]:
    return await world.application(await world.centre(), Status.SUBMITTED)


async def test_policies_are_those_of_their_rows(world: World) -> None:
    """Several versions, none, and a statement instead of one."""
    centre = await world.centre()
    path = f"/v1/applications/{(await world.draft(centre))['id']}"
    for key in (PolicyKey.APPEALS, PolicyKey.APPEALS, PolicyKey.COMPLAINTS):
        await world.upload(centre.user, path.rpartition("/")[2], key)
    group, statement = f"{path}/details/provision", f"{path}/policies/examinations"
    body = {"plans_invigilated_assessment": False}
    await world.post(group, body, centre.user, match=group, method="PATCH")
    await world.post(f"{statement}/not-applicable", {"statement": "None."}, centre.user, match=statement, method="PUT")
    expected = await _from_rows(world, path)
    assert [item["state"] for item in expected].count("uploaded") == 2
    assert expected[0]["current_version"]["number"] == 2
    await _assert_shown(world, centre.user, path, expected)


async def _assert_shown(world: World, viewer: Login, path: str, expected: list[dict[str, Any]]) -> None:
    assert await world.get(f"{path}/policies", viewer) == {"items": expected}
    for item in expected:
        assert await world.get(f"{path}/policies/{item['key']}", viewer) == item


async def _from_rows(world: World, path: str) -> list[dict[str, Any]]:
    shown = []
    id_ = UUID(path.rpartition("/")[2])
    async with world.database.transaction() as session:
        for key, guide in POLICIES.items():
            policy = await session.scalar(select(Policy).where(Policy.application_id == id_, Policy.key == key))
            assert policy is not None
            found = await session.scalars(select(PolicyVersion).where(PolicyVersion.policy_id == policy.id))
            newest = max(found, key=lambda version: version.number, default=None)
            state = schemas.PolicyState.UPLOADED if newest else schemas.PolicyState.MISSING
            version = None
            if newest is not None:
                content = {
                    "content_path": f"{path}/policies/{key.value}/versions/{newest.number}/content",
                    "scan_message": None,
                }
                columns = {column.key: getattr(newest, column.key) for column in PolicyVersion.__table__.columns}
                version = schemas.PolicyVersion(**{k: v for k, v in (columns | content).items() if k in _SHOWN})
            answer = schemas.Policy(
                etag=etag(policy.version),
                key=key,
                letter=guide.letter,
                title=guide.title,
                guidance=guide.guidance.replace("{ao}", world.settings.organisation.short_name),
                may_be_not_applicable=guide.may_be_not_applicable,
                state=schemas.PolicyState.NOT_APPLICABLE if policy.not_applicable_statement else state,
                current_version=None if policy.not_applicable_statement else version,
                not_applicable_statement=policy.not_applicable_statement,
                declared_by_name=policy.declared_by_name,
                declared_at=policy.declared_at,
            )
            shown.append(answer.model_dump(mode="json"))
    return shown


_SHOWN = schemas.PolicyVersion.model_fields.keys()


async def test_what_a_loader_finds_is_its_row(world: World) -> None:
    """Centres and applications, with the values of their ORM rows; nothing for who may not see them."""
    centre = await world.centre()
    made = await world.application(centre, Status.IN_REVIEW)
    actor = Actor(ActorKind.PERSON, centre.user.id, memberships={centre.id: CentreRole.USER})
    ids = {"centre_id": centre.id, "application_id": UUID(made["id"])}
    async with world.database.transaction() as session:
        work = Work(session, actor, world.clock(), world.settings)
        stranger = Work(session, PUBLIC, world.clock(), world.settings)
        for load, model in ((find_centre, Centre), (find_application, Application)):
            assert await load(stranger, ids) is None
            found = await load(work, ids)
            assert found is not None
            assert found.centre_id == centre.id
            row = await session.get_one(model, found.target.id)
            for name, value in found.target._asdict().items():
                assert value == getattr(row, name), name
