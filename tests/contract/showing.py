"""Which columns each representation shows: change one at a time, and look at what is answered."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx

# Not `httpx.ASGITransport`, which holds answers to the contract: rows changed past the product need not keep it.
from httpx._transports.asgi import ASGITransport
from sqlalchemy import Column, Enum, select, text

from app.domain.decisions import DecisionOutcome
from app.domain.recommendations import RecommendationOutcome
from app.models import Decision, Recommendation, Submission
from tests.contract.asking import address_of, product
from tests.contract.changing import Change, changes_of, columns, functions, names_in, remembered
from tests.contract.landscape import Landscape
from tests.contract.operations import Operation
from tests.contract.who_may import PRINCIPALS, expected


@dataclass
class Reading:
    """A representation, as the permitted principal reads it to whom it says most."""

    op: Operation
    media_type: str
    path: str
    headers: dict[str, str]
    body: bytes
    tag: str
    names: set[str]
    """Every name in the statements that read it: no other column can be shown."""
    shown: set[str] = field(default_factory=set)
    """The columns that it shows."""
    faults: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.op.id} as {self.media_type}"


@asynccontextmanager
async def bare_client(landscape: Landscape) -> AsyncIterator[httpx.AsyncClient]:
    """A client whose answers nobody holds to the contract. What cannot be shown is not logged."""
    transport = ASGITransport(app=landscape.app, raise_app_exceptions=False)
    logging.disable()
    try:
        async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as opened:
            yield opened
    finally:
        logging.disable(logging.NOTSET)


# A list as a file is read once and has no tag.
_EXPORTS = ("text/csv", "application/jsonl")


async def readings(landscape: Landscape, client: httpx.AsyncClient) -> list[Reading]:
    """Every representation that the contract describes. A file is read once, whatever its type may be."""
    known, found = await functions(landscape.database), []
    for op in product():
        if op.method != "GET" or not op.path.startswith("/v1") or 304 not in op.statuses:
            continue
        types = list(op.described["responses"]["200"]["content"])
        for media_type in types[:1] if "application/octet-stream" in types else types:
            if media_type in _EXPORTS:
                continue
            found.append(await reading(landscape, client, op, media_type, known))
    return found


async def reading(
    landscape: Landscape, client: httpx.AsyncClient, op: Operation, media_type: str, known: dict[str, str]
) -> Reading:
    """The operation's representation, with the names that its statements have."""
    path, answers = address_of(landscape, op), []
    for who in (name for name in PRINCIPALS if expected(op.id)[name] == "+"):
        headers = landscape.headers(who) | {"Accept": media_type}
        answers.append((await client.get(path, headers=headers), headers))
    answer, headers = max(answers, key=lambda one: len(one[0].content))
    seen: list[str] = []
    stop = landscape.database.count_statements(seen)
    again = await client.get(path, headers=headers)
    # The driver tells of a statement once the loop comes round.
    await asyncio.sleep(0)
    stop()
    assert (answer.status_code, answer.content) == (200, again.content), (op.id, answer.text, again.text)
    # A row that says something else of its file's bytes is damaged, not changed.
    damage = set() if media_type == "application/json" else {"storage_key", "size_bytes", "sha256"}
    # The function that finds the caller is looked into where the answer is about the caller.
    names = names_in(seen, known if op.access.permission is None else {}) - damage
    return Reading(op, media_type, path, headers, answer.content, answer.headers["etag"], names)


_PUBLISH = """UPDATE events SET position = fed.place FROM (
    SELECT id, row_number() OVER (ORDER BY id) AS place FROM events WHERE public IS NOT NULL
) AS fed WHERE events.id = fed.id"""


async def _decided(landscape: Landscape) -> None:
    """What the landscape has none of: a recommendation, a decision, and events in the feed."""
    application_id, lead = UUID(landscape.ids["application_id"]), landscape.logins["centre_lead"]
    now = landscape.world.clock()
    async with landscape.database.transaction() as session:
        submitted = select(Submission.id).where(Submission.application_id == application_id).order_by(Submission.number)
        of = {"application_id": application_id, "submission_id": (await session.scalars(submitted)).first()}
        recommendation = Recommendation(
            **of,
            outcome=RecommendationOutcome.ACCEPT,
            reasons="All is in place.",
            actions=[{"description": "Train the assessors.", "due_on": "2026-12-24"}],
            recommended_by=lead.id,
            recommended_by_name="Robin",
            recommended_at=now,
        )
        session.add(recommendation)
        await session.flush()
        session.add(
            Decision(
                **of,
                recommendation_id=recommendation.id,
                outcome=DecisionOutcome.REFER_BACK,
                reasons="The register is not signed.",
                internal_note="Ask again.",
                decided_by=lead.id,
                decided_by_name="Robin",
                decided_at=now,
            )
        )
        await session.execute(text(_PUBLISH))


async def look_at_every_column(landscape: Landscape) -> list[Reading]:
    """The readings, each with the columns that it shows and with the changes that its tag did not follow."""
    await _decided(landscape)
    async with bare_client(landscape) as client:
        found = await readings(landscape, client)
        async with remembered(landscape.database):
            for column in columns():
                await look_at(landscape, client, column, found)
    return found


async def look_at(landscape: Landscape, client: httpx.AsyncClient, column: Column[Any], found: list[Reading]) -> None:
    unsettled = [one for one in found if {column.table.name, column.name} <= one.names]
    for change in changes_of(column):
        if not unsettled:
            break
        changed, everywhere = await change.make(landscape.database)
        if changed:
            # What one word of a vocabulary does not change, another may.
            settles = everywhere and not isinstance(column.type, Enum)
            unsettled = [one for one in unsettled if not await _look(client, one, change, settles=settles)]
        await change.put_back(landscape.database)


async def _look(client: httpx.AsyncClient, one: Reading, change: Change, *, settles: bool) -> bool:
    """False if another change of the column is worth a look."""
    answer = await client.get(one.path, headers=one.headers)
    if answer.status_code != 200:
        return False
    if answer.content == one.body:
        return settles
    if answer.headers["etag"] == one.tag:
        one.faults.append(f"{one}: {change}: another body under the same tag {one.tag}")
    elif not one.shown:
        again = await client.get(one.path, headers=one.headers | {"If-None-Match": one.tag})
        if again.status_code != 200:
            one.faults.append(f"{one}: {change}: {again.status_code} for a body that the caller does not have")
    one.shown.add(str(change.column))
    return True
