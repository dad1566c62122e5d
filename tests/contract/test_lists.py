"""Every list: pages have no gaps or duplicates, and filters work as documented."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from app.database import Work
from app.domain.actors import SYSTEM
from app.services.events.publication import publish_pending
from tests.clock import MovableClock
from tests.contract.asking import address_of, ask, product, who_may
from tests.contract.landscape import Landscape
from tests.contract.operations import Operation
from tests.contract.test_statement_counts import multiply

PAGED = [
    found
    for found in product()
    if any(parameter["name"] == "cursor" for parameter in found.described.get("parameters", ()))
]
# More than any list holds here; a longer walk is a loop.
_LONGEST = 400


def query_of(op: Operation) -> dict[str, dict[str, Any]]:
    return {
        parameter["name"]: parameter["schema"]
        for parameter in op.described["parameters"]
        if parameter["in"] == "query" and parameter["name"] not in ("limit", "cursor")
    }


def following(answer: httpx.Response) -> str | None:
    """The cursor of the next page. The body and the `Link` header (RFC 8288) must agree."""
    cursor: str | None = answer.json()["next_cursor"]
    if cursor is None:
        assert "link" not in answer.headers
        return None
    target, _, relation = answer.headers["link"].partition(">;")
    assert relation.strip() == 'rel="next"'
    parts = urlsplit(target.removeprefix("<"))
    op = parse_qs(parts.query)
    assert op.pop("cursor") == [cursor]
    given = {name: [item for key, item in answer.request.url.params.multi_items() if key == name] for name in op}
    assert op == given
    assert parts.path == answer.request.url.path
    return cursor


async def walked(landscape: Landscape, op: Operation, limit: int, **filters: Any) -> list[dict[str, Any]]:
    """All items of the list, page by page, following `Link`."""
    answer = await ask(landscape, op, params={"limit": limit, **filters})
    assert answer.status_code == 200, (op.id, filters, answer.text)
    shown: list[dict[str, Any]] = []
    for _ in range(_LONGEST):
        items = answer.json()["items"]
        assert len(items) <= limit
        shown += items
        cursor = following(answer)
        # The feed has no last page: it is at its end when nothing comes.
        if cursor is None or (op.id == "listEvents" and not items):
            return shown
        assert len(items) == limit or op.id == "listEvents", op.id
        target = answer.headers["link"].partition(">")[0].removeprefix("<")
        answer = await ask(landscape, op, target)
        assert answer.status_code == 200, (op.id, answer.text)
    raise AssertionError(f"{op.id} has no end")


def identity(item: dict[str, Any]) -> str:
    return str(item.get("id") or item.get("number") or item)


async def published(landscape: Landscape) -> None:
    """Publish the feed, as the worker does."""
    async with landscape.database.transaction() as session:
        await publish_pending(Work(session, SYSTEM, landscape.world.clock(), landscape.world.settings))


async def grown(landscape: Landscape) -> None:
    """Add more rows to every list."""
    await published(landscape)
    await multiply(landscape)


async def test_small_pages_show_the_same_items_as_one_page(landscape: Landscape) -> None:
    """No duplicates, no gaps, and the same order, on every paged list."""
    await grown(landscape)
    lengths = {}
    for op in PAGED:
        one_page = await walked(landscape, op, 100)
        lengths[op.id] = len(one_page)
        step = 1 if len(one_page) <= 25 else 7
        in_steps = [identity(item) for item in await walked(landscape, op, step)]
        assert in_steps == [identity(item) for item in one_page], op.id
        assert len(set(in_steps)) == len(in_steps), op.id
    assert len(lengths) >= 12
    assert {name for name, length in lengths.items() if length < 2} == set()


async def test_an_insertion_does_not_shift_the_next_page(landscape: Landscape) -> None:
    """A cursor is a position by key, not an offset."""
    op = next(found for found in PAGED if found.id == "listInitialApplications")
    for _ in range(3):
        await landscape.world.received()
    first = await ask(landscape, op, params={"limit": 2})
    rest = await ask(landscape, op, params={"limit": 100, "cursor": first.json()["next_cursor"]})
    clock = landscape.world.clock
    assert isinstance(clock, MovableClock)
    clock.move(timedelta(minutes=1))
    await landscape.world.received()
    again = await ask(landscape, op, params={"limit": 100, "cursor": first.json()["next_cursor"]})
    before, after = ([identity(item) for item in answer.json()["items"]] for answer in (rest, again))
    assert after[: len(before)] == before
    assert len(after) == len(before) + 1


def values_of(schema: dict[str, Any], document: dict[str, Any]) -> list[str]:
    """Every value of a filter that has choices."""
    schema = schema["items"] if schema.get("type") == "array" else schema
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]]
    if schema.get("type") == "boolean":
        return ["true", "false"]
    return [str(value) for value in schema.get("enum", ())]


async def test_the_values_of_each_filter_partition_the_list(landscape: Landscape) -> None:
    """Together the values show the whole list, and no item appears under two."""
    await grown(landscape)
    document = landscape.app.openapi()
    tried = {}
    for op in PAGED:
        whole = {identity(item) for item in await walked(landscape, op, 100)}
        for name, schema in query_of(op).items():
            shown: list[str] = []
            values = values_of(schema, document)
            for value in values:
                shown += [identity(item) for item in await walked(landscape, op, 100, **{name: value})]
            if not values:
                continue
            tried[f"{op.id}.{name}"] = len(values)
            if op.id == "listDocuments":
                # Of a kind every version is shown, and of all kinds only the newest.
                assert set(shown) >= whole
            elif name == "order":
                assert sorted(shown) == sorted([*whole] * 2), (op.id, name)
            elif f"{op.id}.{name}" not in _NOT_EVERYTHING:
                assert sorted(shown) == sorted(whole), (op.id, name)
            else:
                assert set(shown) <= whole
                assert len(set(shown)) == len(shown)
    assert len(tried) >= 12, tried


# What these ask does not apply to everything on the list.
_NOT_EVERYTHING = {
    "listInitialApplications.late",
    "listApplications.late",
    "listInvoices.overdue",
    "listStaff.role",
    "listAllPayments.status",
}


async def test_filters_of_other_kinds_narrow_the_list(landscape: Landscape) -> None:
    """Dates, times, ids and text: a matching value finds something, any other nothing."""
    await published(landscape)
    ids = landscape.ids
    paid = await landscape.world.get(f"/v1/invoices/{ids['invoice_id']}", landscape.logins["finance"])
    # These are sent together.
    beside = {"external_system": {"external_id": "L-1"}, "external_id": {"external_system": "landscape"}}
    fitting = {
        "account": ("main", "nobodyhasthisword"),
        "statement_id": (ids["statement_id"], ids["centre_id"]),
        "booked_from": ("2000-01-01", "2099-01-01"),
        "booked_before": ("2099-01-01", "2000-01-01"),
        "amount": ("50000", "49999"),
        "due_by": ("2099-01-01", "2000-01-01"),
        "log_in_details_due_before": ("2099-01-01", "2000-01-01"),
        "status_since_before": ("2099-01-01T00:00:00Z", "2000-01-01T00:00:00Z"),
        "since_before": ("2099-01-01T00:00:00Z", "2000-01-01T00:00:00Z"),
        "issued_from": ("2000-01-01", "2099-01-01"),
        "issued_before": ("2099-01-01", "2000-01-01"),
        "issued_to": ("2099-01-01", "2000-01-01"),
        "centre_id": (ids["centre_id"], ids["initial_application_id"]),
        "application_id": (ids["application_id"], ids["centre_id"]),
        "listFileRedactions.application_id": (ids["accepted_application_id"], ids["centre_id"]),
        "kind": ("send_email", "nobodyhasthisword"),
        "centre_lead_id": (str(landscape.logins["centre_lead"].id), ids["centre_id"]),
        "person_id": (str(landscape.logins["super_user"].id), ids["centre_id"]),
        "address": ("203.0.113.7", "203.0.113.70"),
        "happened_from": ("2000-01-01T00:00:00Z", "2099-01-01T00:00:00Z"),
        "happened_before": ("2099-01-01T00:00:00Z", "2000-01-01T00:00:00Z"),
        "aggregate_id": (ids["application_id"], ids["session"]),
        "actor_id": (str(landscape.logins["centre_lead"].id), ids["centre_id"]),
        "occurred_from": ("2000-01-01T00:00:00Z", "2099-01-01T00:00:00Z"),
        "occurred_before": ("2099-01-01T00:00:00Z", "2000-01-01T00:00:00Z"),
        "listWebhookDeliveries.aggregate_id": (ids["endpoint_id"], ids["session"]),
        "event_id": (ids["event_id"], ids["session"]),
        "entry_id": (ids["payment_id"], ids["credit_note_id"]),
        "listRecords.text": ("CRA", "nobodyhasthisword"),
        "due_from": ("2000-01-01", "2099-01-01"),
        "due_before": ("2099-01-01", "2000-01-01"),
        "paid_from": ("2000-01-01", "2099-01-01"),
        "paid_before": ("2099-01-01", "2000-01-01"),
        "recorded_from": ("2000-01-01", "2099-01-01"),
        "recorded_before": ("2099-01-01", "2000-01-01"),
        "received_from": ("2000-01-01", "2099-01-01"),
        "received_before": ("2099-01-01", "2000-01-01"),
        "updated_since": ("2000-01-01T00:00:00Z", "2099-01-01T00:00:00Z"),
        "external_system": ("landscape", "nobodyhasthisword"),
        "external_id": ("L-1", "nobodyhasthisword"),
        "invoice_number": (paid["number"], "nobodyhasthisword"),
    }
    document = landscape.app.openapi()
    tried = set()
    for op in PAGED:
        for name, schema in query_of(op).items():
            if values_of(schema, document):
                continue
            some = await ask(landscape, op)
            word = some.json()["items"][0].get("reference") or some.json()["items"][0].get("number")
            right, wrong = fitting.get(f"{op.id}.{name}") or fitting.get(name, (word, "nobodyhasthisword"))
            answer = await ask(landscape, op, params=beside.get(name, {}) | {name: right})
            assert answer.json()["items"], (op.id, name, right)
            answer = await ask(landscape, op, params=beside.get(name, {}) | {name: wrong})
            assert (answer.status_code, answer.json()["items"]) == (200, []), (op.id, name)
            tried.add(f"{op.id}.{name}")
    assert len(tried) >= 10, tried


async def test_an_unpaged_list_takes_no_limit(landscape: Landscape) -> None:
    """Short lists are returned whole, in an object with `items`."""
    short = [found for found in product() if found.id.startswith("list") and found not in PAGED]
    assert len(short) >= 10
    for op in short:
        answer = await ask(landscape, op)
        assert isinstance(answer.json()["items"], list), op.id
        assert "link" not in answer.headers
        for name in ("limit", "cursor", "sort", "order"):
            refused = await landscape.client.get(
                address_of(landscape, op), params={name: "1"}, headers=landscape.headers(who_may(op))
            )
            assert refused.status_code == 422, (op.id, name)
