"""The document describes each webhook, and its examples and what is really posted are what it says."""

from typing import Any

import pytest

from app.domain.events import PUBLIC, EventType
from app.domain.webhooks import TEST_EVENT
from app.settings import Settings
from tests.contract.reading import document, faults
from tests.receiver import receiving
from tests.webhook_stage import ADDRESS, aggregates, webhook_stage, with_loopback
from tests.world import World

TYPES = sorted([*(type_.value for type_ in PUBLIC), TEST_EVENT])


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return with_loopback(settings)


def _content(type_: str) -> dict[str, Any]:
    found: dict[str, Any] = document()["webhooks"][type_]["post"]["requestBody"]["content"]["application/json"]
    return found


def test_every_public_type_is_described_and_no_other() -> None:
    assert sorted(document()["webhooks"]) == TYPES
    ids = [item["post"]["operationId"] for item in document()["webhooks"].values()]
    assert len(set(ids)) == len(TYPES)


@pytest.mark.parametrize("type_", TYPES)
def test_the_example_of_a_webhook_is_valid_for_its_type_and_for_no_other(type_: str) -> None:
    (example,) = _content(type_)["examples"].values()
    assert faults(_content(type_)["schema"], example["value"]) == []
    other = next(one for one in TYPES if one != type_)
    assert faults(_content(other)["schema"], example["value"]) != []


async def test_what_is_posted_is_what_the_document_says(world: World) -> None:
    stage = await webhook_stage(world)
    async with receiving() as receiver:
        made = await stage.endpoint(receiver, *(type_.value for type_ in PUBLIC))
        await stage.world.post(f"{ADDRESS}/{made['id']}/test-events", None, stage.administrator)
        for type_ in (EventType.INVOICE_ISSUED, EventType.PAYMENT_RECORDED, EventType.APPLICATION_SUBMITTED):
            await stage.happen(*aggregates(1), type_=type_)
        await stage.deliver()
        assert len(receiver.calls) == 4
        for call in receiver.calls:
            assert faults(_content(call.event["type"])["schema"], call.event) == []
            described = document()["webhooks"][call.event["type"]]["post"]["parameters"]
            assert {parameter["name"] for parameter in described} <= call.headers.keys()
