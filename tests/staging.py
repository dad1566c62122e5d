"""Create people, staff, integration clients and centres for a test, and call the API as one of them."""

from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from itertools import count
from typing import Any
from uuid import UUID

import httpx
from uuid_utils.compat import uuid7

from app.database import Database, Work
from app.domain.actors import SYSTEM, Actor, ActorKind, CentreRole, Scope, StaffRole
from app.domain.documents import AGREED_KINDS
from app.domain.due_diligence import DueDiligenceCheckKey, DueDiligenceOutcome
from app.domain.names import email_key
from app.domain.preconditions import Expected
from app.domain.uploads import ScanState
from app.integrations.mailer import CapturedMail, read_captured
from app.integrations.storage import DocumentStore
from app.jobs.drain import run_queued_jobs
from app.jobs.means import Means
from app.models import (
    Document,
    DueDiligenceCheck,
    InitialApplication,
    IntegrationClient,
    Membership,
    Person,
    StaffMember,
)
from app.queries.people import Place, place_of
from app.schemas.initial_applications import CentreAccountCreate, InitialApplicationCreate
from app.security.passwords import hash_password
from app.security.tokens import Claims, issue_access_token, secret_hash
from app.services.initial_applications import receiving
from app.services.initial_applications.accounts import create_centre_account
from app.services.sessions.sessions import Device, start
from app.settings import Settings
from tests.clock import MovableClock
from tests.integrations.file_samples import pdf

PASSWORD = "a-Password-nobody-guesses"
_hashes: list[str] = []
_numbers = count(1)


@dataclass
class Login:
    """A principal with an access token."""

    id: UUID
    email: str
    headers: dict[str, str]
    user_id: UUID | None = None
    name: str = ""

    @property
    def person_id(self) -> UUID:
        return self.id


@dataclass
class TestCentre:
    """A centre with a super user and a user."""

    __test__ = False
    id: UUID
    reference: str
    name: str
    main_site_id: UUID
    super_user: Login
    user: Login
    initial_application_id: UUID

    @property
    def run(self) -> str:
        """A suffix that makes this centre's email addresses unique."""
        return self.id.hex[-12:]


@dataclass
class Staging:
    """Create people and centres. Each method creates one and returns what a test needs to use it."""

    client: httpx.AsyncClient
    database: Database
    settings: Settings
    clock: MovableClock
    store: DocumentStore
    _staff: dict[StaffRole, Login] = field(default_factory=dict)

    @property
    def key(self) -> str:
        assert self.settings.secret_key is not None
        return self.settings.secret_key.get_secret_value()

    async def run_jobs(self) -> int:
        """Run every due job, and those that they queue, and return how many ran."""
        return await run_queued_jobs(Means.of(self.database, self.settings, self.store, self.clock))

    def mail(self, to: str | None = None, subject: str | None = None) -> list[CapturedMail]:
        """Return the captured mail, oldest first."""
        return read_captured(self.settings.data_dir / "mail", to=to, subject_contains=subject)

    async def person(self, first_name: str = "Alex", email: str | None = None) -> Person:
        """Create a person whose password is `PASSWORD`."""
        if not _hashes:
            _hashes.append(await hash_password(PASSWORD))
        number = next(_numbers)
        address = email or f"{first_name.lower()}.{number}@people.example.com"
        person = Person(
            id=uuid7(),
            first_name=first_name,
            last_name=f"Number{number}",
            email=address,
            email_key=email_key(address),
            password_hash=_hashes[0],
            password_changed_at=self.clock(),
            created_at=self.clock(),
        )
        async with self.database.transaction() as session:
            session.add(person)
        return person

    async def log_in(self, person: Person) -> Login:
        """Open a session as a log-in does, without checking the password."""
        async with self.database.transaction() as session:
            work = Work(session, SYSTEM, self.clock(), self.settings)
            place = await place_of(session, person.id) or Place.CENTRE
            tokens = await start(work, self.key, Device("127.0.0.1", "tests"), person, place)
        return Login(person.id, person.email, {"Authorization": f"Bearer {tokens.access_token}"}, name=person.name)

    async def staff(self, *roles: StaffRole, new: bool = False) -> Login:
        """Return a member of staff. A single role gives the same person each time, unless `new` is true."""
        if len(roles) == 1 and roles[0] in self._staff and not new:
            return self._staff[roles[0]]
        person = await self.person("Staff")
        async with self.database.transaction() as session:
            member = StaffMember(
                id=uuid7(), person_id=person.id, roles=[role.value for role in roles], created_at=self.clock()
            )
            session.add(member)
        login = await self.log_in(person)
        login.user_id = member.id
        if len(roles) == 1 and not new:
            self._staff[roles[0]] = login
        return login

    async def integration(self, *scopes: Scope) -> Login:
        """Create an integration client with an access token."""
        row = IntegrationClient(
            id=uuid7(),
            name="Ledger",
            scopes=[scope.value for scope in scopes],
            secret_hash=secret_hash("a secret"),
            secret_generation=1,
            created_at=self.clock(),
        )
        async with self.database.transaction() as session:
            session.add(row)
        token = issue_access_token(
            self.key, Claims(row.id, None, 1, frozenset(scopes)), self.clock(), timedelta(minutes=15)
        )
        return Login(row.id, "", {"Authorization": f"Bearer {token}"})

    def initial_application(self, **changes: Any) -> dict[str, Any]:
        """Return the body of a complete, valid initial application, different each time."""
        number = next(_numbers)
        return {
            "organisation_name": f"Harbour Lane Training {number}",
            "address": {
                "line_1": f"{number} Quay Street",
                "town": "Derby",
                "country": "england",
                "postcode": "DE24 8BX",
            },
            "email": f"office@harbour{number}.example.com",
            "telephone": "01332 341822",
            "initial_super_user": {
                "first_name": "Ann",
                "last_name": f"Lee{number}",
                "job_title": "Head of Centre",
                "email": f"ann@harbour{number}.example.com",
                "telephone": "01332 341823",
            },
            "declaration": True,
        } | changes

    async def received(self, **changes: Any) -> dict[str, Any]:
        """Submit an initial application through the public form."""
        return await self.post("/v1/initial-applications", self.initial_application(**changes))

    async def checked(self, **changes: Any) -> dict[str, Any]:
        """Submit an initial application and record every check as clear."""
        receipt = await self.received(**changes)
        staff = await self.staff(StaffRole.CUSTOMER_EXPERIENCE)
        address = f"/v1/initial-applications/{receipt['id']}"
        for check in DueDiligenceCheckKey:
            body = {"check": check.value, "outcome": "clear", "note": "Looked at."}
            await self.post(f"{address}/checks", body, staff, match=address)
        return await self.get(address, staff)

    async def centre(self, name: str | None = None) -> TestCentre:
        """Create a centre whose super user and user have chosen their passwords.

        Calls the services in one transaction instead of HTTP, because most tests need a centre and this is faster.
        """
        staff = await self.staff(StaffRole.CUSTOMER_EXPERIENCE)
        actor = Actor(ActorKind.PERSON, staff.id, "Staff", staff_roles=frozenset({StaffRole.CUSTOMER_EXPERIENCE}))
        body = InitialApplicationCreate.model_validate(
            self.initial_application(**({"organisation_name": name} if name else {}))
        )
        async with self.database.transaction() as session:
            work = Work(session, actor, self.clock(), self.settings)
            receipt = await receiving.receive(work, body)
            initial = await session.get_one(InitialApplication, receipt.id)
            session.add_all(self._check(initial.id, key, staff.id) for key in DueDiligenceCheckKey)
            await session.flush()
            account = await create_centre_account(
                work, initial, Expected(frozenset(), anything=True), CentreAccountCreate()
            )
            membership = await session.get_one(Membership, account.super_user_id)
            person = await session.get_one(Person, membership.person_id)
            person.password_hash = _hashes[0]
            person.password_changed_at = self.clock()
        super_user = await self.log_in(person)
        super_user.user_id = membership.id
        return TestCentre(
            id=account.id,
            reference=account.reference,
            name=body.organisation_name,
            main_site_id=account.main_site_id,
            super_user=super_user,
            user=await self.centre_user(account.id),
            initial_application_id=account.initial_application_id,
        )

    def _check(self, initial_application_id: UUID, key: DueDiligenceCheckKey, by: UUID) -> DueDiligenceCheck:
        return DueDiligenceCheck(
            initial_application_id=initial_application_id,
            check=key,
            outcome=DueDiligenceOutcome.CLEAR,
            note="Looked at.",
            recorded_by=by,
            recorded_by_name="Staff",
            recorded_at=self.clock(),
        )

    async def centre_user(self, centre_id: UUID, role: CentreRole = CentreRole.USER) -> Login:
        """Add a portal user to the centre."""
        person = await self.person("User")
        membership = Membership(
            id=uuid7(), person_id=person.id, centre_id=centre_id, role=role, invited_at=self.clock()
        )
        async with self.database.transaction() as session:
            session.add(membership)
        login = await self.log_in(person)
        login.user_id = membership.id
        return login

    async def agreement(self) -> dict[str, str]:
        """Publish an agreement and a code of conduct, and return the body that accepts them."""
        ids = {kind: uuid7() for kind in AGREED_KINDS}
        for id_ in ids.values():
            await self.store.put(f"documents/{id_}", pdf())
        async with self.database.transaction() as session:
            for kind, id_ in ids.items():
                session.add(
                    Document(
                        id=id_,
                        kind=kind,
                        version=next(_numbers),
                        title=kind.value,
                        file_name=f"{kind.value}.pdf",
                        media_type="application/pdf",
                        size_bytes=len(pdf()),
                        sha256=sha256(pdf()).hexdigest(),
                        storage_key=f"documents/{id_}",
                        scan_state=ScanState.CLEAN if self.settings.scanning else None,
                        sample=True,
                        published_at=self.clock(),
                    )
                )
        return {}

    async def get(self, path: str, login: Login | None = None) -> dict[str, Any]:
        """Send a GET that must succeed."""
        answer = await self.client.get(path, headers=login.headers if login else {})
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def etag(self, path: str, login: Login) -> dict[str, str]:
        """Return the headers for a change to the resource at `path`."""
        answer = await self.client.get(path, headers=login.headers)
        assert answer.status_code == 200, answer.text
        return {**login.headers, "If-Match": answer.headers["etag"]}

    async def post(
        self,
        path: str,
        body: Any,
        login: Login | None = None,
        *,
        match: str | None = None,
        method: str = "POST",
        **more: Any,
    ) -> dict[str, Any]:
        """Send a change that must succeed, with the ETag of the resource `match` in `If-Match`."""
        headers = dict(login.headers) if login else {}
        if match is not None:
            assert login is not None
            headers = await self.etag(match, login)
        if method == "POST":
            headers["Idempotency-Key"] = str(uuid7())
        if body is not None:
            more["json"] = body
        answer = await self.client.request(method, path, headers=headers, **more)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        found: dict[str, Any] = answer.json() if answer.content else {}
        return found
