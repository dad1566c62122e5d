"""A world for sweeps over every operation: two centres, every principal, and one of everything that a path can name.
Built once per run, and put back before each test."""

from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

import httpx
from fastapi import FastAPI
from sqlalchemy import select
from uuid_utils.compat import uuid7

from app import caller
from app.database import Database, Work
from app.domain.actions import ActionStatus
from app.domain.actors import PUBLIC, CentreRole, Scope, StaffRole
from app.domain.documents import DocumentKind
from app.domain.due_diligence import DueDiligenceCheckKey
from app.domain.emails import DeliveryOutcome
from app.domain.factors import FactorKind
from app.domain.policies import PolicyKey
from app.domain.recognitions import RecognitionStatus
from app.domain.role_grants import RoleGrantStatus
from app.domain.sections import DetailsGroup
from app.domain.security_events import SecurityEventKind
from app.domain.uploads import InspectionState
from app.domain.workflow import Status
from app.jobs.means import Means
from app.jobs.send_email import send_email
from app.models import (
    Action,
    ActionEvidence,
    Application,
    ApplicationDetails,
    Document,
    Email,
    EmailDelivery,
    EmailStatus,
    Factor,
    InvoiceEntry,
    Job,
    Membership,
    Person,
    Policy,
    PolicyVersion,
    Recognition,
    RoleGrant,
    Session,
)
from app.security.sealing import seal
from app.services import security_events
from app.services.story import centre as centres_part
from app.services.story import staff as staffs_part
from tests.contract import bank_rows
from tests.contract.landscape_rows import (
    add_credit_note,
    add_references,
    add_rows,
    invoice_address,
    waiting_email_change,
    waiting_name_change,
)
from tests.contract.recovery import replacement
from tests.contract.redactions import waiting_redaction
from tests.integrations.file_samples import rtf
from tests.world import Login, TestCentre, World


@dataclass
class Landscape:
    """`logins` by principal, and `ids` by the name of the path parameter."""

    world: World
    app: FastAPI
    logins: dict[str, Login] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    others: dict[str, str] = field(default_factory=dict)
    """What belongs to the other centre, by the same names."""

    @property
    def client(self) -> httpx.AsyncClient:
        return self.world.client

    @property
    def database(self) -> Database:
        return self.world.database

    def headers(self, principal: str) -> dict[str, str]:
        return dict(self.logins[principal].headers) if principal in self.logins else {}


async def build(world: World, app: FastAPI) -> Landscape:
    """Build everything: through the API where state matters, otherwise directly in the tables."""
    made = Landscape(world, app)
    await _people(made)
    centre, other = await world.centre(), await world.centre()
    await _users(made, centre, other)
    await _application(made, centre)
    await _recognised(made, centre)
    await _rest(made, centre, other)
    await bank_rows.add_bank_line(made)
    return made


async def _people(made: Landscape) -> None:
    world = made.world
    made.logins["centre_lead"] = await world.staff(StaffRole.CENTRE_LEAD)
    made.logins["quality_assurance_manager"] = await world.staff(StaffRole.QUALITY_ASSURANCE_MANAGER)
    for role in (StaffRole.CUSTOMER_EXPERIENCE, StaffRole.FINANCE, StaffRole.ADMINISTRATOR):
        made.logins[role.value] = await world.staff(role)
    for scope in Scope:
        made.logins[scope.value] = await world.integration(scope)


async def _users(made: Landscape, centre: TestCentre, other: TestCentre) -> None:
    world = made.world
    made.logins["user"], made.logins["super_user"] = centre.user, centre.super_user
    made.logins["other_super_user"] = other.super_user
    made.logins["first_password"] = await world.centre_user(centre.id, CentreRole.SUPER_USER)
    made.logins["former_user"] = await world.centre_user(centre.id, CentreRole.SUPER_USER)
    made.ids["user_id"] = str((await world.centre_user(centre.id)).user_id)
    made.others["user_id"] = str(other.user.user_id)
    async with world.database.transaction() as session:
        person = await session.get_one(Person, made.logins["first_password"].id)
        person.password_changed_at = None
        opened = await session.scalars(select(Session).where(Session.person_id == person.id))
        opened.one().first_password = True
        # Only the membership ends; the session stays open without access to the centre.
        membership = await session.get_one(Membership, made.logins["former_user"].user_id)
        membership.deactivated_at = world.clock()
        owner = await session.get_one(Person, centre.super_user.id)
    # The super user's other device, which nobody else may end.
    await world.log_in(owner)
    async with world.database.transaction() as session:
        own = select(Session.id).where(Session.person_id == owner.id).order_by(Session.id.desc()).limit(1)
        made.ids["session"] = str(await session.scalar(own))


async def _application(made: Landscape, centre: TestCentre) -> None:
    """In review, after a return and its answers, with an interview to come."""
    world = made.world
    application = await world.application(centre, Status.IN_REVIEW)
    id_ = application["id"]
    await world.play(centre, id_, staffs_part.return_by_centre_lead, centres_part.answer_items, centres_part.submit)
    # Add the second centre lead only now, so that the first is the one assigned.
    made.logins["other_centre_lead"] = await world.staff(StaffRole.CENTRE_LEAD, new=True)
    starts = world.clock() + timedelta(days=1)
    invitation = {
        "starts_at": starts.isoformat(),
        "ends_at": (starts + timedelta(hours=1)).isoformat(),
        "mode": "online",
        "place": "https://meet.example.com/harbour",
    }
    interview = await world.step(made.logins["centre_lead"], id_, "interviews", invitation)
    items = await world.get(f"/v1/applications/{id_}/return-items", centre.user)
    found = await world.get(f"/v1/applications/{id_}", centre.user)
    made.ids |= {
        "application_id": id_,
        "interview_id": interview["id"],
        "item_id": items["items"][0]["id"],
        "invoice_id": found["invoice_id"],
        "group": "history",
        "key": "internal_quality_assurance",
        "system": "ledger",
    }
    async with world.database.transaction() as session:
        made.ids["payment_id"] = str(await session.scalar(select(InvoiceEntry.id)))
        made.ids["credit_note_id"] = str(add_credit_note(session, made.ids, world.clock()))
        await session.flush()
        add_references(session, made.ids, world.clock())


async def _recognised(made: Landscape, centre: TestCentre) -> None:
    """An earlier application of the centre, accepted with an action for which evidence was sent."""
    world, now = made.world, made.world.clock()
    lead = made.logins["centre_lead"]
    application = Application(
        id=uuid7(),
        reference="CRA-2025-000001",
        centre_id=centre.id,
        centre_name=centre.name,
        form_version="2026.1",
        _status=Status.ACCEPTED_WITH_ACTIONS,
        status_since=now,
        returned_by_centre_lead=False,
        working_days_used=0,
        started_by=centre.user.id,
        started_at=now,
        closed_at=now,
        centre_lead_id=lead.id,
        changed_at=now,
    )
    recognition = Recognition(
        id=uuid7(),
        number="RC-2025-000001",
        centre_id=centre.id,
        application_id=application.id,
        status=RecognitionStatus.ACTIVE,
        centre_name=centre.name,
        centre_town="Derby",
        recognised_from=now.date(),
        centre_lead_id=lead.id,
        account_team=[],
        certificate_issued_at=now,
    )
    action = Action(
        id=uuid7(),
        application_id=application.id,
        number=1,
        description="Train the assessors.",
        due_on=now.date() + timedelta(days=30),
        status=ActionStatus.OPEN,
        created_at=now,
    )
    evidence = ActionEvidence(
        id=uuid7(),
        action_id=action.id,
        number=1,
        note="The register.",
        sent_by=centre.user.id,
        sent_by_name="Alex",
        sent_at=now,
        file_name="register.rtf",
        media_type="application/rtf",
        size_bytes=len(rtf()),
        sha256=sha256(rtf()).hexdigest(),
        storage_key=f"evidence/{action.id}",
        inspection_state=InspectionState.PASSED,
        inspected_at=now,
    )
    await world.store.put(evidence.storage_key, rtf())
    async with world.database.transaction() as session:
        session.add(application)
        await session.flush()
        # As `startApplication` does it: every part of the form has its row from the first day.
        session.add_all(
            ApplicationDetails(application_id=application.id, group=group, data={}) for group in DetailsGroup
        )
        session.add_all(Policy(application_id=application.id, key=key, changed_at=now) for key in PolicyKey)
        session.add_all([recognition, action])
        await session.flush()
        session.add(evidence)
    made.ids |= {"accepted_application_id": str(application.id), "action_id": str(action.id)}
    made.ids |= {"certificate": recognition.number}


async def _rest(made: Landscape, centre: TestCentre, other: TestCentre) -> None:
    world = made.world
    contacts = await world.get(f"/v1/centres/{centre.id}/contacts", centre.user)
    waiting = await world.received()
    address = f"/v1/initial-applications/{waiting['id']}"
    correction = {"reason": "The sender telephoned.", "telephone": "+441332341825"}
    await world.post(f"{address}/corrections", correction, made.logins["customer_experience"], match=address)
    check = {"check": next(iter(DueDiligenceCheckKey)), "outcome": "clear", "note": "Looked at."}
    await world.post(f"{address}/checks", check, made.logins["customer_experience"], match=address)
    made.ids |= {
        "centre_id": str(centre.id),
        "site_id": str(centre.main_site_id),
        "contact_id": contacts["items"][0]["id"],
        "initial_application_id": waiting["id"],
        "staff_id": str((await world.staff(StaffRole.FINANCE, new=True)).user_id),
        "client_id": str((await world.integration(Scope.EVENTS_READ)).id),
        "number": "1",
        "code": "not_found",
    }
    made.others |= {"centre_id": str(other.id), "site_id": str(other.main_site_id)}
    made.ids["factor_id"] = str(await give_factor(world, other.super_user.id))
    made.ids["email_change_id"] = str(await waiting_email_change(world, centre.user))
    made.ids["email_id"] = made.ids["letter_id"] = await _sent_email(world)
    await _invitations(made)
    async with world.database.transaction() as session:
        document = select(Document.id).where(Document.kind == DocumentKind.CENTRE_AGREEMENT)
        made.ids["document_id"] = str(await session.scalar(document))
        job = (await session.scalars(select(Job).order_by(Job.id))).first()
        assert job is not None
        made.ids["job_id"] = str(job.public_id)
        grant = RoleGrant(
            staff_id=UUID(made.ids["staff_id"]),
            role=StaffRole.QUALITY_ASSURANCE_MANAGER,
            status=RoleGrantStatus.PENDING,
            requested_by=(await world.staff(StaffRole.ADMINISTRATOR, new=True)).id,
            requested_at=world.clock(),
            expires_at=world.clock() + timedelta(days=7),
        )
        session.add(grant)
        lost, staff = made.logins["former_user"].user_id, made.logins["customer_experience"]
        session.add(replacement(world, centre, lost, staff))
        await session.flush()
        made.ids["grant_id"] = str(grant.id)
        version = select(PolicyVersion.id).join(Policy, Policy.id == PolicyVersion.policy_id)
        version = version.where(Policy.key == made.ids["key"], PolicyVersion.number == 1)
        made.ids["file_id"] = str(await session.scalar(version))
        redaction = await waiting_redaction(world, UUID(made.ids["accepted_application_id"]))
        session.add(redaction)
        await session.flush()
        made.ids["redaction_id"] = str(redaction.id)
        await add_rows(session, made.ids, (centre.super_user, centre.user), world.clock())
        change = waiting_name_change(centre, world.clock())
        inbox = invoice_address(centre, world.clock())
        session.add_all([change, inbox])
        await session.flush()
        made.ids |= {"name_change_id": str(change.id), "invoice_address_id": str(inbox.id)}
        caller.begin_request("203.0.113.7", None)
        work = Work(session, PUBLIC, world.clock(), world.settings)
        await security_events.record(work, SecurityEventKind.LOG_IN, person_id=centre.super_user.id)


async def give_factor(world: World, person_id: UUID, secret: str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP") -> UUID:
    """Give a person an authenticator app, which all of their sessions have proved."""
    now = world.clock()
    row = Factor(
        id=uuid7(),
        person_id=person_id,
        kind=FactorKind.TOTP,
        name="Work phone",
        created_at=now,
        confirmed_at=now,
        sealed_secret=seal(world.key, secret.encode(), owner=person_id.bytes),
    )
    async with world.database.transaction() as session:
        session.add(row)
        (await session.get_one(Person, person_id)).second_factor_since = now
        for opened in await session.scalars(select(Session).where(Session.person_id == person_id)):
            opened.second_factor_at = now
    return row.id


async def _invitations(made: Landscape) -> None:
    """Letters to the user and the member of staff that did not arrive."""
    now = made.world.clock()
    owners = (("centre_user_invited", "membership_id", "user_id"), ("staff_log_in_details", "staff_id", "staff_id"))
    letters = [
        Email(
            id=uuid7(),
            kind=kind,
            arguments={argument: made.ids[owner]},
            status=status,
            recipients={"to": ["Alex <alex@people.example.com>"]},
            subject="Your log-in details",
            queued_at=now,
        )
        for kind, argument, owner in owners
        for status in (EmailStatus.BOUNCED, EmailStatus.NOT_NEEDED)
    ]
    async with made.world.database.transaction() as session:
        session.add_all(letters)
        await session.flush()
        session.add_all(
            EmailDelivery(
                id=uuid7(),
                email_id=letter.id,
                at=now,
                outcome=DeliveryOutcome.BOUNCED,
                recipient="alex@people.example.com",
                code="5.1.1",
                words="550 5.1.1 User unknown",
            )
            for letter in letters
            if letter.status is EmailStatus.BOUNCED
        )


async def _sent_email(world: World) -> str:
    """The acknowledgement of the initial application that waits; no other email has gone out."""
    async with world.database.transaction() as session:
        acknowledged = select(Email.id).where(Email.kind == "initial_application_received").order_by(Email.id.desc())
        email_id = (await session.scalars(acknowledged)).first()
    assert email_id is not None
    await send_email(Means.of(world.database, world.settings, world.store, world.clock), email_id)
    return str(email_id)


def as_uuid(text: str) -> UUID:
    """An id of the landscape, for a query."""
    return UUID(text)


def path_of(made: Landscape, operation_id: str, path: str, **changes: Any) -> str:
    """The operation's address, with the ids of the landscape."""
    ids: dict[str, Any] = made.ids | changes
    if "{action_id}" in path or operation_id == "listActions":
        ids = ids | {"application_id": changes.get("application_id", made.ids["accepted_application_id"])}
    if operation_id == "verifyCertificate":
        ids = ids | {"number": changes.get("number", made.ids["certificate"])}
    return path.format_map(ids)
