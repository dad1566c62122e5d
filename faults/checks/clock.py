"""Change the clock of the server and the worker while they run."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

from app.samples import answers
from faults.check import Break, Check, Found, Sizes
from faults.line import Answer, Line
from faults.world import World
from tests.jobs.relay import Relay, running

# Seconds from the true time: ahead, back, further back than a token lives, and to the other side of a change to or
# from summer time.
_STEPS = (0, 1_800, 0, -7_200, 0, 180 * 86_400, 0)
_SOON_SECONDS = 2


def _library() -> Path:
    found = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
    if not found:
        raise RuntimeError("this check needs libfaketime: install the package faketime")
    return found[0]


async def _changes(world: World, sizes: Sizes) -> Found:
    found, file = Found(), world.folder / "clock"
    _set(file, 0)
    faked = {
        "LD_PRELOAD": str(_library()),
        "FAKETIME_TIMESTAMP_FILE": str(file),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        # The real limits: a caller must not be shut out by a clock that was put back.
        "RATE_LIMIT_SCALE": "10",
        # Longer than the steps of hours, shorter than that of half a year.
        "STAFF_IDLE_MINUTES": "1440",
        "STAFF_SESSION_HOURS": "168",
    }
    (invoice,) = await world.ids("awaiting_payment", "invoice_id", 1)
    person = world.log_in("finance")
    with running(Relay()) as relay:
        through = {"SMTP__HOST": "127.0.0.1", "SMTP__PORT": str(relay.port), "SMTP__START_TLS": "false"}
        server = await world.serve(faked)
        world.work({**faked, **through})
        before, tokens = 0, await _sign_in(server.port, person)
        for _ in range(sizes["rounds"]):
            for ahead in _STEPS:
                _set(file, ahead)
                await asyncio.sleep(0.2)
                which = f"with the clock {ahead} s ahead, after {before} s,"
                async with Line(server.port, tokens["access_token"]) as line:
                    if ahead <= before:
                        answer = await line.ask("GET", "/v1/me")
                        found.expect(answer.status == 200, f"{which} a token that has not expired gets {answer.status}")
                tokens = await _refresh(server.port, tokens, person, found, which, expired=ahead > before + 10 * 86_400)
                await _act(server.port, tokens["access_token"], invoice, ahead, found, which)
                there = len(relay.accepted)
                await _apply(server.port, found, which)
                if not await _grows(relay, there):
                    found.expect(False, f"{which} no letter goes out")
                before = ahead
    async with world.connection() as connection:
        gaps = await connection.fetchval(
            "SELECT count(*) FROM (SELECT FROM events GROUP BY aggregate_id HAVING count(*) <> max(sequence)) AS wrong"
        )
        paid = await connection.fetchval("SELECT count(*) FROM invoice_entries WHERE payer_reference LIKE 'clock %'")
    steps = sizes["rounds"] * len(_STEPS)
    found.figures |= {"changes": steps, "letters": len(relay.accepted), "payments": paid, "gaps": gaps}
    found.expect(paid == steps, f"{steps} payments were acknowledged, and {paid} are there")
    found.expect(gaps == 0, f"{gaps} streams of events have a gap")
    return found


def _set(file: Path, ahead: int) -> None:
    """Written beside and renamed, so that nobody reads half of it."""
    new = file.with_suffix(".new")
    new.write_text(f"{ahead:+d}\n", encoding="ascii")
    new.replace(file)


async def _sign_in(port: int, person: dict[str, str]) -> dict[str, str]:
    async with Line(port) as line:
        answer = await line.ask("POST", "/v1/sessions", person)
        if answer.status not in (200, 201):
            raise RuntimeError(f"signing in got {answer.status} {answer.code}")
        tokens: dict[str, str] = answer.json()
        return tokens


async def _refresh(
    port: int, tokens: dict[str, str], person: dict[str, str], found: Found, which: str, *, expired: bool
) -> dict[str, str]:
    """A session that has not expired goes on; otherwise the person signs in anew."""
    async with Line(port) as line:
        answer = await line.ask("POST", "/v1/sessions/refresh", {"refresh_token": tokens["refresh_token"]})
    if expired:
        found.expect(answer.status == 401, f"{which} an expired session is refreshed with {answer.status}")
        return await _sign_in(port, person)
    found.expect(answer.status in (200, 201), f"{which} refreshing a session gets {answer.status}")
    return answer.json() if answer.status in (200, 201) else await _sign_in(port, person)


async def _act(port: int, token: str, invoice: UUID, ahead: int, found: Found, which: str) -> None:
    """Pay, and repeat the payment with the same key."""
    # The day by the product's clock cannot be before that of the step back.
    day = datetime.fromtimestamp(datetime.now(UTC).timestamp() - 86_400, UTC).date().isoformat()
    body = {"amount": {"amount": 1, "currency": "GBP"}, "method": "bank_transfer", "received_on": day}
    key = uuid4().hex
    async with Line(port, token) as line:

        async def pay() -> Answer:
            path = f"/v1/invoices/{invoice}/payments"
            return await line.ask("POST", path, {**body, "payer_reference": f"clock {key}"}, idempotency_key=key)

        first, second = await pay(), await pay()
    found.expect(first.status == 201, f"{which} a payment gets {first.status} {first.code}")
    found.expect((second.status, second.body) == (first.status, first.body), f"{which} a repeat is answered otherwise")
    found.expect(max(first.seconds, second.seconds) <= _SOON_SECONDS, f"{which} a payment takes {first.seconds:.1f} s")


async def _apply(port: int, found: Found, which: str) -> None:
    async with Line(port) as line:
        form = answers.initial_application(uuid4().hex[-12:])
        answer = await line.ask("POST", "/v1/initial-applications", form, idempotency_key=uuid4().hex)
    found.expect(answer.status == 201, f"{which} a form gets {answer.status} {answer.code}")


async def _grows(relay: Relay, there: int) -> bool:
    for _ in range(300):
        if len(relay.accepted) > there:
            return True
        await asyncio.sleep(0.1)
    return False


CHANGES = Check(
    "clock changes",
    "The clock jumps ahead and back: sessions, keys, limits, deadlines, letters and sequences stay right.",
    "everything as before",
    quick={"rounds": 1},
    full={"rounds": 10},
    run=_changes,
    control=Break("a token from the future is refused", patch="tokens_of_the_past_only"),
    beside=True,
)
