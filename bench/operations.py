"""The operations that are measured: for each, what the product is asked, and what the others are asked."""

import itertools
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import UUID, uuid4

import asyncpg

from app.samples import answers
from bench.load import Request
from bench.pdf import pdf_of
from bench.report import Target
from bench.stage import Person, Stage, copied, sign_in

LANES = 8
Lane = Iterator[Request]
_JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Operation:
    """`lane` makes the requests of one connection: to the product if its second argument is true, else to a peer."""

    name: str
    target: Target
    lane: Callable[[int, bool], Lane]
    once: int = 1
    """How many requests of this cost as much as one of the others: large ones are sent less often."""
    megabytes: float = 0
    django: bool = True
    """Whether the Django peer has it too."""


async def prepare(connection: asyncpg.Connection, stage: Stage, *, once: int) -> list[Operation]:
    """Sign everybody in. `once` is how many applications may be used up by each operation that needs fresh ones."""
    staff, administrator = await _staff(connection, "finance"), await _staff(connection, "administrator")
    drafts = await copied(connection, stage.id_in("draft", "id"), stage.copies["draft"][:LANES])
    owners = await _super_users(connection, stage, "draft", LANES)
    ready = await copied(connection, stage.id_in("ready_to_submit", "id"), stage.copies["ready_to_submit"][:once])
    submitters = await _super_users(connection, stage, "ready_to_submit", once)
    invoices = await copied(
        connection, stage.id_in("awaiting_payment", "invoice_id"), stage.copies["awaiting_payment"][:once]
    )
    invoice = await connection.fetchrow("SELECT total_pence, issued_on FROM invoices WHERE id = $1", invoices[0])
    fresh, unpaid = iter(list(zip(ready, submitters, strict=True))), iter(invoices)
    invoiced = await copied(connection, stage.id_in("in_review", "invoice_id"), stage.copies["in_review"][:LANES])
    return [
        Operation("stage one", Target(3, "x"), lambda _, ours: _forms(ours)),
        _reading("GET application", staff, "/applications/{}", drafts),
        Operation("PATCH a details group", Target(2, "x"), lambda n, ours: _saves(n, drafts[n], owners[n], ours)),
        _reading("readiness", staff, "/applications/{}/readiness", drafts),
        Operation("submission", Target(4, "x"), lambda _, ours: _submissions(fresh, ours)),
        _reading("inbox, 50 rows", staff, "/applications?limit=50", drafts),
        Operation("payment that completes", Target(4, "x"), lambda _, ours: _payments(unpaid, invoice, staff, ours)),
        _uploading("upload 200 kB PDF", Target(10, "ms"), 200_000, 1, drafts, owners),
        _uploading("upload 20 MB PDF", Target(200, "MB/s"), 20_000_000, 20, drafts, owners),
        _reading("invoices, 50 rows", staff, "/invoices?status=paid&limit=50", drafts, django=False),
        _reading("payments, 50 rows", staff, "/payments?kind=payment&limit=50", drafts, django=False),
        _reading("events, 50 rows", administrator, "/events?limit=50", drafts, django=False),
        _reading("reconciliation", staff, "/reconciliation", drafts, django=False),
        Operation("external reference", Target(4, "x"), lambda n, ours: _refs(invoiced[n], staff, ours), django=False),
    ]


async def _staff(connection: asyncpg.Connection, role: str) -> Person:
    row = await connection.fetchrow(
        "SELECT person_id FROM staff_members WHERE $1 = ANY(roles) AND deactivated_at IS NULL LIMIT 1", role
    )
    (person,) = await sign_in(connection, [row["person_id"]])
    return person


async def _super_users(connection: asyncpg.Connection, stage: Stage, state: str, count: int) -> list[Person]:
    super_user = stage.templates[state]["super_user"]
    assert isinstance(super_user, dict)
    people = await copied(connection, UUID(super_user["person_id"]), stage.copies[state][:count])
    return await sign_in(connection, people)


def _headers(person: Person, ours: bool, **more: str) -> dict[str, str]:
    """The product reads a signed token; its peers take the session's id."""
    return {"Authorization": f"Bearer {person.token if ours else person.session}", **more}


def _path(path: str, ours: bool) -> str:
    return f"/v1{path}" if ours else path


def _forms(ours: bool) -> Lane:
    while True:
        body = json.dumps(answers.initial_application(uuid4().hex[-12:])).encode()
        more = {"Idempotency-Key": uuid4().hex} if ours else {}
        yield Request("POST", _path("/initial-applications", ours), body, {**_JSON, **more})


def _reading(name: str, who: Person, path: str, ids: list[UUID], *, django: bool = True) -> Operation:
    def lane(number: int, ours: bool) -> Lane:
        address = _path(path.format(ids[number]), ours)
        return itertools.repeat(Request("GET", address, headers=_headers(who, ours)))

    return Operation(name, Target(2, "x"), lane, django=django)


def _saves(number: int, draft: UUID, owner: Person, ours: bool) -> Lane:
    for count in itertools.count():
        # A field that no search knows, because the bare handler keeps no words.
        body = json.dumps({"website": f"https://www.example.org/{number}/{count}/{ours}/{uuid4().hex[:6]}"}).encode()
        headers = _headers(owner, ours, **{"If-Match": "*"}) | _JSON
        yield Request("PATCH", _path(f"/applications/{draft}/details/history", ours), body, headers)


def _submissions(fresh: Iterator[tuple[UUID, Person]], ours: bool) -> Lane:
    for id_, person in fresh:
        headers = _headers(person, ours, **{"If-Match": "*"}) | _JSON
        yield Request("POST", _path(f"/applications/{id_}/submissions", ours), b'{"declaration": true}', headers)


def _payments(unpaid: Iterator[UUID], invoice: asyncpg.Record, staff: Person, ours: bool) -> Lane:
    amount, issued_on = {"amount": invoice["total_pence"], "currency": "GBP"}, invoice["issued_on"].isoformat()
    body = json.dumps({"amount": amount, "method": "bank_transfer", "received_on": issued_on}).encode()
    for id_ in unpaid:
        more = {"Idempotency-Key": uuid4().hex} if ours else {}
        yield Request("POST", _path(f"/invoices/{id_}/payments", ours), body, _headers(staff, ours, **more) | _JSON)


def _refs(invoice: UUID, staff: Person, ours: bool) -> Lane:
    for count in itertools.count():
        body = json.dumps({"sync_state": "synced", "external_id": f"{invoice}-{count}"}).encode()
        yield Request(
            "PUT", _path(f"/invoices/{invoice}/external-refs/xero", ours), body, _headers(staff, ours) | _JSON
        )


def _uploading(name: str, target: Target, size: int, once: int, drafts: list[UUID], owners: list[Person]) -> Operation:
    boundary = "a-boundary-of-the-benchmark"
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="policy.pdf"\r\n'
        "Content-Type: application/pdf\r\n\r\n"
    )
    body = head.encode() + pdf_of(size) + f"\r\n--{boundary}--\r\n".encode()
    form = {"Content-Type": f"multipart/form-data; boundary={boundary}"}

    def lane(number: int, ours: bool) -> Lane:
        address = _path(f"/applications/{drafts[number]}/policies/appeals", ours)
        headers = _headers(owners[number], ours, **{"If-Match": "*"}) | form
        return itertools.repeat(Request("PUT", address, body, headers))

    return Operation(name, target, lane, once, size / 1_000_000)
