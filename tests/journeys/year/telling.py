"""All that tells of the year, read over HTTP and in the mailboxes, held against what the acts have brought about."""

from collections import Counter
from collections.abc import Hashable, Mapping
from datetime import date, datetime
from typing import Any

from app.domain.actors import Scope
from app.domain.events import PUBLIC
from app.domain.workflow import Status
from app.domain.working_days import london_date
from app.services.story.script import Part
from tests.journeys.year.diary import Page
from tests.journeys.year.stage import Year
from tests.world import Login

Pages = Mapping[str, Page]


async def contradictions(year: Year, pages: Pages) -> list[str]:
    """Every place where something tells another story. Empty if all agree."""
    return [
        *await _lists(year, pages),
        *await _homes(year, pages),
        *await _timelines(year, pages),
        *await _records(year, pages),
        *await _feed(year, pages),
        *await _letters(year, pages),
        *await _money(year, pages),
        *await _register(year, pages),
    ]


def _differences(where: str, expected: Counter[Hashable], told: Counter[Hashable]) -> list[str]:
    missing = [f"{where}: missing {number} x {what}" for what, number in (expected - told).items()]
    return missing + [f"{where}: unexpected {number} x {what}" for what, number in (told - expected).items()]


async def _all(year: Year, path: str, login: Login | None) -> list[dict[str, Any]]:
    """Every item of a list, through all its pages."""
    found: list[dict[str, Any]] = []
    following = f"{path}{'&' if '?' in path else '?'}limit=100"
    cursor = ""
    while True:
        page = await year.world.get(following + cursor, login)
        found += page["items"]
        # The feed has no last page.
        if page["next_cursor"] is None or not page["items"]:
            return found
        cursor = f"&cursor={page['next_cursor']}"


def _day(moment: str) -> date:
    return london_date(datetime.fromisoformat(moment))


async def _lists(year: Year, pages: Pages) -> list[str]:
    """Staff find each centre under its status and today's name, and nowhere else."""
    staff = await year.as_(year.staff[Part.CUSTOMER_EXPERIENCE])
    expected = Counter((page.status, year.centres[name].name) for name, page in pages.items())
    told = Counter[Hashable]()
    for status in Status:
        listed = await _all(year, f"/v1/applications?status={status.value}", staff)
        told.update((status.value, row["centre_name"]) for row in listed)
    initial = Counter({(name, status): n for name, page in pages.items() for status, n in page.initial.items() if n})
    listed = await _all(year, "/v1/initial-applications", staff)
    forms = Counter((row["organisation_name"], row["status"]) for row in listed)
    return _differences("applications", Counter(expected), told) + _differences(
        "initial applications", Counter(initial), Counter(forms)
    )


async def _homes(year: Year, pages: Pages) -> list[str]:
    """Each centre's home names the same status, the next step, and what is due."""
    found = []
    for name, centre in year.centres.items():
        home = await year.world.get(f"{centre.path}/home", await year.as_(centre.mailboxes["super_user"]))
        page, invoice, recognition = pages[name], home["invoice"], home["recognition"]
        expected = (page.status, page.home, page.invoiced, page.due, page.register)
        told = (
            home["application"]["status"],
            home["next_step_code"],
            invoice["total"]["amount"] if invoice else 0,
            invoice["due"]["amount"] if invoice else 0,
            recognition["status"] if recognition else None,
        )
        if told != expected:
            found.append(f"home of {name}: {told}, expected {expected}")
    return found


async def _timelines(year: Year, pages: Pages) -> list[str]:
    """Staff read every event of a centre on its day; the centre reads the same, but for what only staff see."""
    found = []
    staff = await year.as_(year.staff[Part.QUALITY_ASSURANCE_MANAGER])
    for name, centre in year.centres.items():
        own, page = await year.as_(centre.mailboxes["super_user"]), pages[name]
        for reader, login, events in (("staff", staff, page.events), ("itself", own, page.events - page.hidden)):
            expected = Counter({each: n for each, n in events.items() if not each[1].startswith(_ELSEWHERE)})
            listed = await _all(year, f"{centre.path}/timeline", login)
            told = Counter((_day(event["occurred_at"]), event["type"]) for event in listed)
            found += _differences(f"timeline of {name} for {reader}", Counter(expected), Counter(told))
    return found


_ELSEWHERE = ("initial_application.", "person.", "letter.")
"""Events of what belongs to no centre yet, or to a person wherever they work."""


async def _records(year: Year, pages: Pages) -> list[str]:
    """An administrator reads everything that was recorded, and nothing else."""
    administrator = await year.as_(year.administrator)
    expected = sum((page.events for page in pages.values()), Counter[tuple[date, str]]())
    records = await _all(year, "/v1/records", administrator)
    told = Counter((_day(record["occurred_at"]), record["type"]) for record in records)
    return _differences("records", Counter(expected), Counter(told))


async def _feed(year: Year, pages: Pages) -> list[str]:
    """Other systems hear of what is published, each event once."""
    client = await year.world.integration(Scope.EVENTS_READ)
    public = {type_.value for type_ in PUBLIC}
    expected = sum((page.events for page in pages.values()), Counter[tuple[date, str]]())
    told = Counter((_day(event["occurred_at"]), event["type"]) for event in await _all(year, "/v1/events", client))
    published = Counter({each: n for each, n in expected.items() if each[1] in public})
    return _differences("feed", Counter(published), Counter(told))


async def _letters(year: Year, pages: Pages) -> list[str]:
    """Each mailbox has exactly its letters, on their days, and the product's list names the same."""
    staff = await year.as_(year.staff[Part.CUSTOMER_EXPERIENCE])
    expected = sum((page.letters for page in pages.values()), Counter[tuple[date, str, str]]())
    listed = await _all(year, "/v1/letters", staff)
    kinds = {letter["id"]: letter["kind"] for letter in listed}
    sent = Counter(
        (_day(letter["sent_at"]), recipient["address"], letter["kind"])
        for letter in listed
        if letter["status"] != "not_needed"
        for recipient in letter["recipients"]
    )
    arrived = year.post.by_mailbox(kinds)
    return _differences("mailboxes", Counter(expected), Counter(arrived)) + _differences(
        "list of letters", Counter(expected), Counter(sent)
    )


async def _money(year: Year, pages: Pages) -> list[str]:
    """What was invoiced, paid and credited sums up for each centre."""
    finance = await year.as_(year.staff[Part.FINANCE])
    told = {centre.scene.ids["centre"]: [0, 0, 0, 0] for centre in year.centres.values()}
    for invoice in await _all(year, "/v1/invoices", finance):
        for at, amount in enumerate(("total", "paid", "credited", "due")):
            told[invoice["centre_id"]][at] += invoice[amount]["amount"]
    found = []
    for name, page in pages.items():
        sums = told[year.centres[name].scene.ids["centre"]]
        if sums != [page.invoiced, page.paid, page.credited, page.due]:
            found.append(f"money of {name}: {sums}, expected {page}")
    return found


async def _register(year: Year, pages: Pages) -> list[str]:
    """The public finds the recognised centres and no others, and verifies each certificate, also a replaced one."""
    recognised = {year.centres[name].name: page.register for name, page in pages.items() if page.register is not None}
    listed = {row["name"]: row["number"] for row in await _all(year, "/v1/recognised-centres", None)}
    found = _differences("register", Counter(recognised.keys()), Counter(listed.keys()))
    for name, page in pages.items():
        centre = year.centres[name]
        numbers = [listed[centre.name]] if centre.name in listed else []
        verified = [await year.world.get(f"/v1/certificates/{each}") for each in centre.former_certificates + numbers]
        told = Counter(certificate["status"] for certificate in verified)
        expected = Counter({page.register or "none": len(numbers), "replaced": page.replaced})
        found += _differences(f"certificates of {name}", Counter(+expected), Counter(told))
        later = [certificate["replaced_by"] for certificate in verified if certificate["status"] == "replaced"]
        if later != numbers * page.replaced:
            found.append(f"certificates of {name}: replaced by {later}, expected {numbers}")
    return found
