"""Races of money: keys, numbers and sums."""

import asyncio
import random
from collections import Counter
from datetime import UTC, datetime
from uuid import UUID, uuid4

from bench.clone import copy_template, read_template
from faults.check import Break, Check, Found, Sizes
from faults.checks.races import at_once
from faults.line import Answer, Line, network
from faults.world import PROXIED, World

_SEED = 20
_COPIES_FROM = 1_000_000


def payment(pence: int, **more: str) -> dict[str, object]:
    """The body that records a payment of today."""
    today = datetime.now(UTC).date().isoformat()
    return {"amount": {"amount": pence, "currency": "GBP"}, "method": "bank_transfer", "received_on": today, **more}


async def _pay(line: Line, invoice: UUID, body: object, key: str) -> Answer:
    """Send until it is answered for good: 409 says that the first with this key is still at work."""
    while True:
        answer = await line.ask("POST", f"/v1/invoices/{invoice}/payments", body, idempotency_key=key)
        if answer.code != "request_in_progress":
            return answer
        await asyncio.sleep(0.01)


async def _same_key(world: World, sizes: Sizes) -> Found:
    found = Found()
    server = await world.serve(PROXIED)
    finance = await world.staff("finance")
    invoices = await world.ids("awaiting_payment", "invoice_id", 80)
    differing = 0
    for number in range(sizes["keys"]):
        reference, key, invoice = uuid4().hex, uuid4().hex, invoices[number % len(invoices)]
        body = payment(1, payer_reference=reference)

        async def pay(line: Line, invoice: UUID = invoice, body: object = body, key: str = key) -> Answer:
            return await _pay(line, invoice, body, key)

        answers = await at_once(server.port, finance.token, *[pay] * 50)
        differing += len({(answer.status, answer.body) for answer in answers}) > 1 or answers[0].status != 201
    async with world.connection() as connection:
        rows = await connection.fetchval("SELECT count(*) FROM invoice_entries WHERE length(payer_reference) = 32")
    found.figures |= {"keys": sizes["keys"], "requests": 50 * sizes["keys"], "rows": rows, "differing": differing}
    found.expect(rows == sizes["keys"], f"{sizes['keys']} keys made {rows} payments")
    found.expect(differing == 0, f"the answers to {differing} keys are not all the same")
    return found


async def _numbers(world: World, sizes: Sizes) -> Found:
    found = Found()
    count = sizes["issuers"] * sizes["each"]
    stage = world.ground.stage
    async with world.connection() as connection:
        template = await read_template(connection, stage.id_in("ready_to_submit", "centre_id"))
        await copy_template(connection, template, _COPIES_FROM, count)
        ids = await connection.fetch(
            "SELECT copied($1, n) AS id FROM generate_series($2::bigint, $3) AS n",
            stage.id_in("ready_to_submit", "id"),
            _COPIES_FROM,
            _COPIES_FROM + count - 1,
        )
        last = await connection.fetchval(_LAST) or 0
    file = world.folder / "ids"
    file.write_text("\n".join(str(row["id"]) for row in ids), encoding="ascii")
    await world.run("faults.issuing", str(file), str(sizes["issuers"]), seconds=60 + count)
    async with world.connection() as connection:
        rows = await connection.fetch(
            "SELECT split_part(number, '-', 3)::int AS n FROM invoices WHERE application_id = ANY($1)",
            [row["id"] for row in ids],
        )
    numbers = sorted(row["n"] for row in rows)
    gaps = sum(after != before + 1 for before, after in zip([last, *numbers], numbers, strict=False))
    found.figures |= {"invoices": len(numbers), "gaps": gaps}
    found.expect(len(numbers) == count, f"{count} invoices were issued, and {len(numbers)} are there")
    found.expect(gaps == 0, f"the numbers have {gaps} gaps")
    return found


_LAST = "SELECT last_number FROM reference_counters WHERE series = 'INV-' || extract(year FROM now())"


async def _sums(world: World, sizes: Sizes) -> Found:
    """Payments arrive up to three times and in any order, and some are reversed, twice at once."""
    found, chance = Found(), random.Random(_SEED)
    server = await world.serve(PROXIED)
    finance = await world.staff("finance")
    invoices = await world.ids("awaiting_payment", "invoice_id", sizes["invoices"])
    due: Counter[UUID] = Counter()
    sent = []
    for invoice in invoices:
        for number in range(20):
            pence, name = chance.randint(1, 9_000), uuid4().hex
            named = {"external_system": "ledger", "external_payment_id": name} if number % 2 else {}
            due[invoice] += pence
            sent += [(invoice, payment(pence, **named), name)] * chance.randint(1, 3)
    chance.shuffle(sent)
    ids: dict[str, tuple[UUID, str]] = {}
    lanes = [Line(server.port, finance.token, network(number)) for number in range(16)]

    async def drain(line: Line) -> None:
        while sent:
            invoice, body, key = sent.pop()
            answer = await _pay(line, invoice, body, key)
            found.expect(answer.status == 201, f"a payment got {answer.status} {answer.code}")
            if answer.status == 201:
                ids[key] = invoice, answer.json()["id"]

    await asyncio.gather(*map(drain, lanes))
    taken_back = chance.sample(sorted(ids.values()), len(ids) // 5)
    for invoice, id_ in taken_back:
        address, body = f"/v1/invoices/{invoice}/payments/{id_}/reversal", {"reason": "Returned."}
        asks = (line.ask("POST", address, body, idempotency_key=uuid4().hex) for line in lanes[:2])
        statuses = sorted(answer.status for answer in await asyncio.gather(*asks))
        found.expect(statuses == [201, 409], f"two reversals of one payment got {statuses}")
    wrong = 0
    async with world.connection() as connection:
        reversed_ = await connection.fetch(
            "SELECT invoice_id, amount_pence FROM invoice_entries WHERE id = ANY($1::uuid[])",
            [id_ for _, id_ in taken_back],
        )
        for row in reversed_:
            due[row["invoice_id"]] -= row["amount_pence"]
    for invoice in invoices:
        shown = (await lanes[0].ask("GET", f"/v1/invoices/{invoice}")).json()
        paid, total = shown["paid"]["amount"], shown["total"]["amount"]
        balance = shown["due"]["amount"] - shown["credit_balance"]["amount"]
        wrong += paid != due[invoice] or balance != total - due[invoice]
    for line in lanes:
        line.close()
    found.figures |= {"invoices": len(invoices), "payments": len(ids), "reversed": len(taken_back), "wrong sums": wrong}
    found.expect(wrong == 0, f"the sums of {wrong} invoices are wrong")
    return found


SAME_KEY = Check(
    "same key",
    "Fifty requests with one `Idempotency-Key` at once make one payment, and all get the same answer.",
    "a row for each key, identical answers",
    quick={"keys": 20},
    full={"keys": 1_000},
    run=_same_key,
    control=Break("keys are not remembered", patch="keys_forgotten", sizes={"keys": 2}),
    beside=True,
)
NUMBERS = Check(
    "invoice numbers",
    "Invoices that are issued side by side, a tenth of them rolled back at first, are numbered without a gap.",
    "1 to n without a gap",
    quick={"issuers": 64, "each": 10},
    full={"issuers": 64, "each": 1_000},
    run=_numbers,
    control=Break("numbers come from a sequence", patch="numbers_from_a_sequence"),
    beside=True,
)
SUMS = Check(
    "sums of payments",
    "Payments that arrive repeatedly and in any order, with reversals, add up.",
    "right to the penny",
    quick={"invoices": 10},
    full={"invoices": 80},
    run=_sums,
    control=Break("keys are not remembered", patch="keys_forgotten", sizes={"invoices": 3}),
    beside=True,
)
