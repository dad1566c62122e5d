"""The year's stage: a clock that only goes forward, the centres, the staff, their mail, and requests as one of them."""

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import select

from app.domain.actors import StaffRole
from app.domain.names import email_key
from app.domain.working_days import LONDON, london_date
from app.jobs.drain import run_queued_jobs
from app.jobs.means import Means
from app.jobs.schedule import RECURRING, run_recurring
from app.models import Person
from app.samples import answers
from app.services.story.script import Act, Part, Scene, Step
from tests.journeys.year.post import Post
from tests.world import Login, World

_MORNING, _TEN = time(8), time(10)
_BETWEEN = timedelta(minutes=20)
STAFF = {Part(role.value): role for role in StaffRole if role.value in set(Part)}


@dataclass
class Centre:
    """One of the twelve. `mailboxes` has the address of each of its people by their part in the story."""

    name: str
    scene: Scene
    mailboxes: dict[str, str]
    passwords: dict[str, str] = field(default_factory=dict)
    former_certificates: list[str] = field(default_factory=list)
    """The numbers that a newer certificate has replaced."""

    @property
    def path(self) -> str:
        return f"/v1/centres/{self.scene.ids['centre']}"

    @property
    def application(self) -> str:
        return f"/v1/applications/{self.scene.ids['application']}"

    @property
    def initial(self) -> str:
        return f"/v1/initial-applications/{self.scene.ids['initial_application']}"

    @property
    def invoice(self) -> str:
        return f"/v1/invoices/{self.scene.ids['invoice']}"


def found_centre(name: str, now: datetime) -> Centre:
    """A centre that has not applied yet."""
    run = name.split()[0].lower()
    mailboxes = {
        "office": answers.initial_application(run)["email"],
        "super_user": answers.initial_application(run)["initial_super_user"]["email"],
        "colleague": answers.colleague(run)["email"],
    }
    for contact in answers.contacts(run):
        mailboxes.setdefault(contact["roles"][0], contact["email"])
    form = answers.initial_application(run) | {"organisation_name": name}
    return Centre(name, Scene(run, now, form=form), mailboxes)


@dataclass
class Year:
    """Everybody of the year, over HTTP."""

    world: World
    means: Means
    post: Post
    staff: dict[Part, str]
    administrator: str
    centres: dict[str, Centre] = field(default_factory=dict)
    _signed_in: dict[tuple[str, datetime], Login] = field(default_factory=dict)

    @property
    def today(self) -> date:
        return london_date(self.world.clock())

    async def let_pass(self, until: date) -> None:
        """Let the days pass until ten in the morning of this one. The worker does each recurring job every morning."""
        for _ in range((until - self.today).days):
            self.world.clock.now = datetime.combine(self.today + timedelta(days=1), _MORNING, LONDON)
            for job in RECURRING:
                await run_recurring(self.means, job)
            await self.work()
        self.world.clock.now = max(self.world.clock(), datetime.combine(self.today, _TEN, LONDON))

    async def work(self) -> None:
        """The worker does what is queued, and everybody empties their mailbox."""
        await run_queued_jobs(self.means)
        self.post.collect(self.today)

    def pause(self) -> None:
        """A few minutes between two acts of one day."""
        self.world.clock.move(_BETWEEN)

    def mailboxes(self, centre: Centre) -> dict[str, str]:
        """The addresses of all readers of letters about the centre."""
        inbox = self.world.settings.organisation.help.applications_email
        staff = {part.value: email for part, email in self.staff.items()} | {"administrator": self.administrator}
        return staff | {"inbox": inbox} | {"chosen": centre.mailboxes["super_user"]} | centre.mailboxes

    async def as_(self, email: str) -> Login:
        """Sign in as whoever has this address, with a fresh session."""
        now = self.world.clock()
        if (email, now) not in self._signed_in:
            async with self.world.database.transaction() as session:
                person = (await session.scalars(select(Person).where(Person.email_key == email_key(email)))).one()
            self._signed_in[email, now] = await self.world.log_in(person)
        return self._signed_in[email, now]

    async def part(self, part: Part, centre: Centre) -> Login | None:
        """Sign in as whoever plays the part. A super user without a colleague does both."""
        if part is Part.APPLICANT:
            return None
        if part in STAFF:
            return await self.as_(self.staff[part])
        colleague = part is Part.USER and "user" in centre.scene.ids
        return await self.as_(centre.mailboxes["colleague" if colleague else "super_user"])

    async def play(self, centre: Centre, *acts: Act) -> None:
        """Play acts of the product's own story."""
        for act in acts:
            centre.scene.now = self.world.clock()
            script = act(centre.scene)
            with suppress(StopIteration):
                step = next(script)
                while True:
                    step = script.send(await self._take(centre, step))

    async def _take(self, centre: Centre, step: Step) -> dict[str, Any]:
        operation, ids = step.operation, centre.scene.ids | dict(step.ids)
        path, login = operation.path.format_map(ids), await self.part(step.part, centre)
        if operation.method == "GET":
            return await self.world.get(path, login)
        more: dict[str, Any] = {"json": step.body}
        if step.file is not None:
            file = (step.file.filename, step.file.content, step.file.media_type)
            more = {"files": {"file": file}, "data": {"note": step.body["note"]}}
        match = operation.match.format_map(ids) if operation.match else None
        return await self.send(login, path, method=operation.method, match=match, etag=step.etag, **more)

    async def send(
        self,
        login: Login | None,
        path: str,
        *,
        method: str = "POST",
        match: str | None = None,
        etag: str | None = None,
        **more: Any,
    ) -> dict[str, Any]:
        """Send a change that must succeed, with `etag`, or the ETag of what stands at `match`."""
        headers = dict(login.headers) if login else {}
        if etag is None and match is not None:
            assert login is not None
            headers = await self.world.etag(match, login)
        elif etag is not None:
            headers["If-Match"] = etag
        if method == "POST":
            headers["Idempotency-Key"] = str(uuid4())
        answer = await self.world.client.request(method, path, headers=headers, **more)
        assert answer.is_success, f"{self.today}: {method} {path}: {answer.status_code} {answer.text}"
        found: dict[str, Any] = answer.json() if answer.content else {}
        return found

    async def step(self, centre: Centre, part: Part, name: str, body: dict[str, Any]) -> dict[str, Any]:
        """Take a step on the centre's application."""
        login = await self.part(part, centre)
        return await self.send(login, f"{centre.application}/{name}", match=centre.application, json=body)
