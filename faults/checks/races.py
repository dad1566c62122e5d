"""Many clients want the same thing at the same moment."""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine
from typing import Any
from uuid import uuid4

from faults.check import Break, Check, Found, Sizes
from faults.line import Answer, Line, network
from faults.world import PROXIED, World

Ask = Callable[[Line], Coroutine[Any, Any, Answer]]


async def at_once(port: int, token: str, *asks: Ask) -> list[Answer]:
    """Send each over a connection that is open already, all at the same moment, from networks of their own."""
    lines = [Line(port, token, network(number)) for number, _ in enumerate(asks)]
    await asyncio.gather(*(line.ask("GET", "/livez") for line in lines))
    try:
        return await asyncio.gather(*(ask(line) for ask, line in zip(asks, lines, strict=True)))
    finally:
        for line in lines:
            line.close()


def _statuses(answers: list[Answer]) -> Counter[int]:
    return Counter(answer.status for answer in answers)


async def _one_tag(world: World, sizes: Sizes) -> Found:
    found, seen = Found(), Counter[int]()
    server = await world.serve(PROXIED)
    (draft,) = await world.ids("draft", "id", 1)
    (owner,) = await world.super_users("draft", 1)
    address = f"/v1/applications/{draft}/details/history"
    async with Line(server.port, owner.token) as line:
        for number in range(sizes["rounds"]):
            tag = (await line.ask("GET", address)).headers["etag"]

            def save(client: int, number: int = number, tag: str = tag) -> Ask:
                body = {"website": f"https://www.example.org/{number}/{client}"}
                return lambda line: line.ask("PATCH", address, body, if_match=tag)

            statuses = _statuses(await at_once(server.port, owner.token, *map(save, range(32))))
            seen += statuses
            found.expect(statuses == {200: 1, 412: 31}, f"32 clients with one ETag got {dict(statuses)}")
    found.figures |= {"rounds": sizes["rounds"], "200": seen[200], "412": seen[412]}
    return found


async def _submissions(world: World, sizes: Sizes) -> Found:
    found, seen = Found(), Counter[int]()
    server = await world.serve(PROXIED)
    count = sizes["applications"]
    ids, owners = await world.ids("ready_to_submit", "id", count), await world.super_users("ready_to_submit", count)
    for id_, owner in zip(ids, owners, strict=True):

        def submit(line: Line, address: str = f"/v1/applications/{id_}/submissions") -> Coroutine[Any, Any, Answer]:
            return line.ask("POST", address, {"declaration": True}, if_match="*", idempotency_key=uuid4().hex)

        statuses = _statuses(await at_once(server.port, owner.token, *[submit] * 50))
        seen += statuses
        found.expect(statuses == {201: 1, 409: 49}, f"50 submissions of one application got {dict(statuses)}")
    async with world.connection() as connection:
        doubled = await connection.fetchval(
            "SELECT count(*) FROM (SELECT FROM submissions WHERE application_id = ANY($1) GROUP BY application_id "
            "HAVING count(*) > 1) AS twice",
            ids,
        )
    found.figures |= {"applications": count, "201": seen[201], "409": seen[409], "submitted twice": doubled}
    found.expect(doubled == 0, f"{doubled} applications were submitted twice")
    return found


async def _decisions(world: World, sizes: Sizes) -> Found:
    """Decide, refer back, withdraw and edit at once; whoever wins, the records must agree with the status."""
    found, seen = Found(), Counter[str]()
    server = await world.serve(PROXIED)
    count = sizes["applications"]
    ids = await world.ids("awaiting_decision", "id", count)
    owners = await world.super_users("awaiting_decision", count)
    manager = await world.staff("quality_assurance_manager")
    decide = {"outcome": "accept", "reasons": "Everything is in place."}
    steps: dict[str, tuple[str, str, object, bool]] = {
        "accepted": ("POST", "decisions", decide, True),
        "in_review": ("POST", "decisions", {"outcome": "refer_back", "reasons": "Look again."}, True),
        "withdrawn": ("POST", "withdrawal", {"reason": "Next year."}, False),
        "edited": ("PATCH", "details/history", {"website": "https://www.example.org/late"}, False),
    }
    for id_, owner in zip(ids, owners, strict=True):
        address = f"/v1/applications/{id_}"
        async with Line(server.port, manager.token) as line:
            tag = (await line.ask("GET", address)).headers["etag"]

        async def take(
            number: int, name: str, address: str = address, tag: str = tag, owner_token: str = owner.token
        ) -> Answer:
            method, part, body, staff = steps[name]
            async with Line(server.port, manager.token if staff else owner_token, network(number)) as line:
                expected = tag if method == "POST" else "*"
                return await line.ask(method, f"{address}/{part}", body, if_match=expected, idempotency_key=uuid4().hex)

        names = [name for name in steps for _ in range(4)]
        answers = await asyncio.gather(*map(take, range(len(names)), names))
        won = [name for name, answer in zip(names, answers, strict=True) if answer.status < 300]
        seen.update(won)
        found.expect(len(won) == 1, f"of sixteen steps at once, these were taken: {', '.join(won) or 'none'}")
        odd = _statuses(answers).keys() - {200, 201, 409, 412}
        found.expect(not odd, f"a step that lost the race got {odd}")
    async with world.connection() as connection:
        rows = await connection.fetch(
            """SELECT a.status, (SELECT count(*) FROM recognitions r WHERE r.application_id = a.id) AS certificates,
            (SELECT count(*) FROM decisions d WHERE d.application_id = a.id) AS decisions,
            (SELECT count(*) FROM decisions d JOIN recommendations r ON r.id = d.recommendation_id
             WHERE d.application_id = a.id AND d.submission_id = r.submission_id AND d.submission_id =
             (SELECT id FROM submissions s WHERE s.application_id = a.id ORDER BY number DESC LIMIT 1)) AS judged
            FROM applications a WHERE a.id = ANY($1)""",
            ids,
        )
    for row in rows:
        made = (row["certificates"], row["decisions"], row["judged"])
        due = {"accepted": (1, 1, 1), "in_review": (0, 1, 1), "withdrawn": (0, 0, 0)}.get(row["status"])
        found.expect(made == due, f"{row['status']} with certificates, decisions, judged submissions {made}")
    found.figures |= {"applications": count, **seen}
    return found


ONE_TAG = Check(
    "race for one ETag",
    "Of 32 clients that save with the same ETag, one succeeds and the others are told.",
    "one 200, the rest 412",
    quick={"rounds": 10},
    full={"rounds": 200},
    run=_one_tag,
    control=Break("`If-Match` is not compared", patch="any_version", sizes={"rounds": 1}),
    beside=True,
)
SUBMISSIONS = Check(
    "race to submit",
    "Of 50 submissions of one application at once, one succeeds.",
    "one 201, the rest 409",
    quick={"applications": 6},
    full={"applications": 60},
    run=_submissions,
    control=Break("rows are read without a lock", patch="no_row_locks", sizes={"applications": 3}),
    beside=True,
)
DECISIONS = Check(
    "race to decide",
    "Decide, refer back, withdraw and edit at once: one is done, and a decision names the submission it judged.",
    "one of sixteen, records agree",
    quick={"applications": 6},
    full={"applications": 24},
    run=_decisions,
    control=Break("rows are read without a lock", patch="no_row_locks", sizes={"applications": 3}),
    beside=True,
)
