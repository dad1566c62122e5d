"""The version in a tag covers every row that is shown under it and that a change by it overwrites: when one of them has
changed meanwhile, the change is refused."""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import httpx

from app.models import Base
from app.models.base import Versioned
from tests.contract.asking import address_of, current_tag, product
from tests.contract.changing import columns, functions, remembered, tables
from tests.contract.conftest import Built
from tests.contract.landscape import Landscape
from tests.contract.operations import Operation, tagged_by
from tests.contract.showing import bare_client, look_at, reading
from tests.contract.succeeding import ask, who_may_here
from tests.world import World

GUARDED = [found for found in product() if found.takes_if_match]
VERSIONED = {mapper.local_table.name for mapper in Base.registry.mappers if issubclass(mapper.class_, Versioned)}  # type: ignore[attr-defined]

INDIRECTLY = {
    # Withdrawing the application cancels the interview.
    "getApplication": {"interviews.status"},
    # Until somebody accepts, nothing but corrections changes the person, and each raises the user's version.
    "getCentreUser": {"people.email", "people.first_name", "people.last_name"},
    # Roles are rows without a version.
    "getContact": {"contact_roles.centre_id"},
    # A removal raises the version of its policy.
    "getPolicy": {"policy_versions.redacted_at"},
    "getStaffMember": {"role_grants.status"},
}
"""What is shown and overwritten, and has no version that is compared: changing it must raise the one that is."""

Row = tuple[str, str]
"""The name of the table, and the row's key as JSON."""


def _everything() -> str:
    parts = []
    for table in tables():
        key = ", ".join(f'"{column.name}"' for column in table.primary_key)
        parts.append(
            f"SELECT '{table.name}', jsonb_build_array({key})::text, to_jsonb(row)::text FROM {table.name} row"
        )
    return " UNION ALL ".join(parts)


async def _rows(landscape: Landscape) -> dict[Row, str]:
    async with landscape.database.transaction() as session:
        return {(table, key): row for table, key, row in await session.driver.fetch(_everything())}


@dataclass(frozen=True)
class Effect:
    """The columns that an operation changes, by row; all of them in a row that it makes or deletes."""

    overwritten: dict[Row, set[str]]
    made: dict[Row, set[str]]

    @property
    def columns(self) -> set[str]:
        return set().union(*self.overwritten.values(), *self.made.values())


async def _effect(landscape: Landscape, request: Callable[[], Awaitable[httpx.Response]]) -> Effect:
    before = await _rows(landscape)
    answer = await request()
    assert answer.is_success, (str(answer.request.url), answer.text)
    after = await _rows(landscape)
    effect = Effect({}, {})
    for row in before.keys() | after.keys():
        was, is_now = json.loads(before.get(row, "{}")), json.loads(after.get(row, "{}"))
        names = {f"{row[0]}.{name}" for name in was | is_now if was.get(name) != is_now.get(name)}
        if names:
            (effect.overwritten if was else effect.made)[row] = names - {f"{row[0]}.version"}
        if was and is_now and row[0] in VERSIONED:
            assert (names == set()) == (was["version"] == is_now["version"]), (answer.request.url, row, names)
    return effect


async def _put_back(landscape: Landscape, built: Built) -> None:
    """As `Built.put_back`, and forget whom the world has made since."""
    await built.put_back(landscape)
    opened = landscape.world
    landscape.world = World(opened.client, opened.database, opened.settings, opened.clock, opened.store)


def _shown_by(op: Operation) -> Operation:
    """The operation that reads what the guarded one changes."""
    path = tagged_by(op)
    reads = [found for found in product() if found.method == "GET"]
    exact = [found for found in reads if found.path == path]
    alike = [found for found in reads if re.fullmatch(re.sub("{[^}]+}", "[^/]+", found.path), path)]
    return (exact or alike)[0]


async def _shown_columns(landscape: Landscape, effects: dict[str, Effect]) -> dict[str, set[str]]:
    """Of what the guarded operations overwrite, the columns that their representation shows."""
    known = await functions(landscape.database)
    found: dict[str, set[str]] = {}
    async with bare_client(landscape) as client, remembered(landscape.database):
        for read in {_shown_by(op).id: _shown_by(op) for op in GUARDED}.values():
            shown = await reading(landscape, client, read, "application/json", known)
            written = set().union(*(effects[op.id].columns for op in GUARDED if _shown_by(op) == read))
            for column in columns():
                if str(column) in written:
                    await look_at(landscape, client, column, [shown])
            found[read.id] = shown.shown
    return found


async def _raise_version(landscape: Landscape, row: Row, by: int) -> None:
    """As somebody else's change of the row does."""
    table, key = row
    names = ", ".join(f'"{column.name}"' for column in Base.metadata.tables[table].primary_key)
    async with landscape.database.transaction() as session:
        statement = f"UPDATE {table} SET version = version + {by}"
        named = f"{statement} WHERE jsonb_build_array({names})::text = $1"
        if await session.driver.execute(named, key) == "UPDATE 0":
            # The row was made anew, when the landscape was prepared again.
            await session.driver.execute(statement)


async def _not_compared(landscape: Landscape, built: Built, op: Operation, rows: list[Row]) -> list[Row]:
    """The rows whose change the operation does not notice by the tag that was read before it."""
    found = []
    for row in rows:
        if row[0] not in VERSIONED:
            found.append(row)
            continue
        request = await ask(landscape, op)
        tag = await current_tag(landscape, op)
        await _raise_version(landscape, row, 1)
        answer = await request(**{"If-Match": tag})
        if answer.status_code != 412:
            assert answer.is_success, (op.id, answer.text)
            found.append(row)
        await _put_back(landscape, built)
    return found


async def test_a_change_is_refused_when_a_row_that_it_overwrites_has_changed(
    landscape: Landscape, built: Built
) -> None:
    effects = {}
    for op in GUARDED:
        effects[op.id] = await _effect(landscape, await ask(landscape, op))
        await _put_back(landscape, built)
    shown = await _shown_columns(landscape, effects)
    await _put_back(landscape, built)
    noticed: dict[str, set[str]] = defaultdict(set)
    for op in GUARDED:
        theirs = {row: names & shown[_shown_by(op).id] for row, names in effects[op.id].overwritten.items()}
        for row in await _not_compared(landscape, built, op, [row for row, names in theirs.items() if names]):
            noticed[_shown_by(op).id] |= theirs[row]
    assert noticed == INDIRECTLY
    await _require_raised(landscape, built)


async def _require_raised(landscape: Landscape, built: Built) -> None:
    """Whatever operation changes one of these columns raises the version that is compared."""
    readers = {_shown_by(op).id: who_may_here(op) for op in GUARDED}
    reads = [found for found in product() if found.id in INDIRECTLY]
    raised: Counter[str] = Counter()
    for op in product():
        if op.method == "GET":
            continue
        request = await ask(landscape, op)
        addresses = {read.id: (address_of(landscape, read), landscape.headers(readers[read.id])) for read in reads}
        before = {
            name: await landscape.client.get(path, headers=headers) for name, (path, headers) in addresses.items()
        }
        effect = await _effect(landscape, request)
        for name, (path, headers) in addresses.items():
            if not effect.columns & INDIRECTLY[name] or before[name].status_code != 200:
                continue
            after = await landscape.client.get(path, headers=headers)
            was, is_now = before[name].json(), after.json()
            if after.status_code == 200 and was | {"etag": ""} != is_now | {"etag": ""}:
                raised[name] += 1
                assert was["etag"] != is_now["etag"], (op.id, name, effect.columns & INDIRECTLY[name])
        await _put_back(landscape, built)
    assert raised.keys() == INDIRECTLY.keys()
