"""The operations that are measured: for each, what the product and what the bare handler are asked."""

import itertools
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import UUID, uuid4

import asyncpg

from app.samples import answers
from bench.load import Request
from bench.pdf import pdf_of
from bench.stage import Person, Stage, copied, sign_in

LANES = 8
Lane = Iterator[Request]


@dataclass(frozen=True)
class Operation:
    """`product` and `bare` make one lane each for a connection. `target` is the ratio that must not be exceeded."""

    name: str
    target: float
    product: Callable[[int], Lane]
    bare: Callable[[int], Lane]
    once: int = 1
    """How many requests of this cost as much as one of the others: large ones are sent less often."""


def _as(person: Person, **more: str) -> tuple[dict[str, str], dict[str, str]]:
    theirs = {"Authorization": f"Bearer {person.token}", **more}
    return theirs, {"X-Session": str(person.session)}


_JSON = {"Content-Type": "application/json"}


async def prepare(connection: asyncpg.Connection, stage: Stage, *, once: int) -> list[Operation]:
    """Sign everybody in. `once` is how many applications may be used up by each operation that needs fresh ones."""
    staff = await _staff(connection, stage)
    drafts = await copied(connection, stage.id_in("draft", "id"), stage.copies["draft"][:LANES])
    owners = await _super_users(connection, stage, "draft", LANES)
    ready = await copied(connection, stage.id_in("ready_to_submit", "id"), stage.copies["ready_to_submit"][:once])
    submitters = await _super_users(connection, stage, "ready_to_submit", once)
    invoices = await copied(
        connection, stage.id_in("awaiting_payment", "invoice_id"), stage.copies["awaiting_payment"][:once]
    )
    due = await connection.fetchval("SELECT total_pence FROM invoices WHERE id = $1", invoices[0])
    fresh = iter(list(zip(ready, submitters, strict=True)))
    unpaid = iter(invoices)
    return [
        Operation("stage one", 3, lambda _: _forms("/v1/initial-applications"), lambda _: _forms("/stage-one")),
        _reading("GET application", 2, staff, "/v1/applications/{}", "/applications/{}", drafts),
        _saving(drafts, owners),
        _reading("readiness", 2, staff, "/v1/applications/{}/readiness", "/applications/{}/readiness", drafts),
        Operation("submission", 4, lambda _: _submissions(fresh, True), lambda _: _submissions(fresh, False)),
        _reading("inbox, 50 rows", 2, staff, "/v1/applications?limit=50", "/applications", drafts),
        Operation(
            "payment that completes",
            4,
            lambda _: _payments(unpaid, due, staff, True),
            lambda _: _payments(unpaid, due, staff, False),
        ),
        _uploading("upload 200 kB PDF", 0, 200_000, 1, drafts, owners),
        _uploading("upload 20 MB PDF", 0, 20_000_000, 20, drafts, owners),
    ]


async def _staff(connection: asyncpg.Connection, stage: Stage) -> Person:
    row = await connection.fetchrow(
        "SELECT person_id FROM staff_members WHERE 'finance' = ANY(roles) AND deactivated_at IS NULL LIMIT 1"
    )
    (person,) = await sign_in(connection, [row["person_id"]])
    return person


async def _super_users(connection: asyncpg.Connection, stage: Stage, state: str, count: int) -> list[Person]:
    super_user = stage.templates[state]["super_user"]
    assert isinstance(super_user, dict)
    people = await copied(connection, UUID(super_user["person_id"]), stage.copies[state][:count])
    return await sign_in(connection, people)


def _forms(path: str) -> Lane:
    while True:
        body = answers.initial_application(uuid4().hex[-12:])
        yield Request("POST", path, json.dumps(body).encode(), {**_JSON, "Idempotency-Key": uuid4().hex})


def _reading(name: str, target: float, who: Person, product: str, plain: str, ids: list[UUID]) -> Operation:
    theirs, ours = _as(who)
    return Operation(
        name,
        target,
        lambda lane: itertools.repeat(Request("GET", product.format(ids[lane]), headers=theirs)),
        lambda lane: itertools.repeat(Request("GET", plain.format(ids[lane]), headers=ours)),
    )


def _saving(drafts: list[UUID], owners: list[Person]) -> Operation:
    def lane(number: int, address: str, headers: dict[str, str]) -> Lane:
        for count in itertools.count():
            body = json.dumps({"trading_name": f"Harbour Lane {count}"}).encode()
            yield Request("PATCH", address.format(drafts[number]), body, {**headers, **_JSON})

    return Operation(
        "PATCH a details group",
        2,
        lambda n: lane(n, "/v1/applications/{}/details/history", _as(owners[n], **{"If-Match": "*"})[0]),
        lambda n: lane(n, "/applications/{}/details", _as(owners[n])[1]),
    )


def _submissions(fresh: Iterator[tuple[UUID, Person]], of_product: bool) -> Lane:
    for id_, person in fresh:
        theirs, ours = _as(person, **{"If-Match": "*"})
        if of_product:
            yield Request("POST", f"/v1/applications/{id_}/submissions", b'{"declaration": true}', theirs | _JSON)
        else:
            yield Request("POST", f"/applications/{id_}/submissions", b"{}", ours | _JSON)


def _payments(unpaid: Iterator[UUID], due: int, staff: Person, of_product: bool) -> Lane:
    theirs, ours = _as(staff)
    body = json.dumps(
        {"amount": {"amount": due, "currency": "GBP"}, "method": "bank_transfer", "received_on": "2026-01-05"}
    ).encode()
    for id_ in unpaid:
        if of_product:
            yield Request(
                "POST", f"/v1/invoices/{id_}/payments", body, {**theirs, **_JSON, "Idempotency-Key": uuid4().hex}
            )
        else:
            yield Request("POST", f"/invoices/{id_}/payments", body, {**ours, **_JSON})


def _uploading(name: str, target: float, size: int, once: int, drafts: list[UUID], owners: list[Person]) -> Operation:
    content = pdf_of(size)
    boundary = "a-boundary-of-the-benchmark"
    body = (
        (
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="policy.pdf"\r\n'
            "Content-Type: application/pdf\r\n\r\n"
        ).encode()
        + content
        + f"\r\n--{boundary}--\r\n".encode()
    )
    form = {"Content-Type": f"multipart/form-data; boundary={boundary}"}

    def lane(number: int, address: str, headers: dict[str, str]) -> Lane:
        return itertools.repeat(Request("PUT", address.format(drafts[number]), body, headers | form))

    return Operation(
        name,
        target,
        lambda n: lane(n, "/v1/applications/{}/policies/appeals", _as(owners[n], **{"If-Match": "*"})[0]),
        lambda n: lane(n, "/applications/{}/policy", _as(owners[n])[1]),
        once,
    )
