"""Letters and their delivery logs: who sees which, with what they belong to."""

from dataclasses import fields
from uuid import UUID

import pytest
from sqlalchemy import select, text
from uuid_utils.compat import uuid7

from app.domain.actors import CentreRole, StaffRole
from app.domain.emails import DeliveryOutcome, EmailStatus
from app.domain.workflow import Status
from app.letters.catalogue import all_letters
from app.letters.letter import Audience
from app.models import Email, EmailDelivery, EmailOwner
from tests.world import TestCentre, World


async def entries(world: World, email_id: str, *outcomes: tuple[DeliveryOutcome, str | None, str | None]) -> None:
    """Add entries to an email's log: outcome, recipient, words."""
    async with world.database.transaction() as session:
        session.add_all(
            EmailDelivery(
                id=uuid7(),
                email_id=UUID(email_id),
                at=world.clock(),
                outcome=outcome,
                recipient=recipient,
                words=words,
                actor_name="Lee Grant" if outcome is DeliveryOutcome.RETRIED else None,
            )
            for outcome, recipient, words in outcomes
        )


@pytest.fixture
async def centre(world: World) -> TestCentre:
    return await world.centre()


async def test_letters_are_hidden_from_those_they_do_not_concern(world: World, centre: TestCentre) -> None:
    application = await world.application(centre, Status.SUBMITTED)
    path, stranger = f"/v1/applications/{application['id']}/letters", await world.centre()
    assert (await world.client.get(path)).status_code == 401
    assert (await world.client.get(path, headers=stranger.super_user.headers)).status_code == 404
    assert (await world.client.get(path, headers=centre.user.headers)).status_code == 403
    assert (await world.client.get("/v1/letters", headers=centre.super_user.headers)).status_code == 403
    staff = await world.staff(StaffRole.FINANCE)
    assert (await world.client.get(path, params={"cursor": "x"}, headers=staff.headers)).status_code == 422
    assert (await world.client.get("/v1/letters", params={"status": "lost"}, headers=staff.headers)).status_code == 422
    (letter, *_) = (await world.get(path, staff))["items"]
    own = await world.client.get(f"/v1/letters/{letter['id']}", headers=centre.super_user.headers)
    assert own.status_code == 404


async def test_staff_see_every_letter_and_the_centre_those_addressed_to_it(world: World, centre: TestCentre) -> None:
    application = await world.application(centre, Status.SUBMITTED)
    await world.run_jobs()
    path, staff = f"/v1/applications/{application['id']}/letters", await world.staff(StaffRole.CENTRE_LEAD)
    assert [letter["kind"] for letter in (await world.get(path, staff))["items"]] == [
        "application_in_inbox",
        "application_submitted",
    ]
    (letter,) = (await world.get(path, centre.super_user))["items"]
    assert letter["status"] == "sent"
    assert application["reference"] in letter["subject"]
    assert [(to["address"], to["bounced"]) for to in letter["recipients"]] == [(centre.super_user.email, False)]
    assert [entry["outcome"] for entry in letter["deliveries"]] == ["queued", "sent"]
    theirs = await world.get(f"/v1/letters/{letter['id']}", staff)
    assert theirs["deliveries"][1]["words"] == "captured in the mail folder"
    assert theirs | {"deliveries": letter["deliveries"]} == letter


async def test_a_centre_reads_what_is_said_of_a_recipient_and_not_of_our_relay(
    world: World, centre: TestCentre
) -> None:
    application = await world.application(centre, Status.SUBMITTED)
    path, staff = f"/v1/applications/{application['id']}/letters", await world.staff(StaffRole.ADMINISTRATOR)
    (letter,) = (await world.get(path, centre.super_user))["items"]
    address = centre.super_user.email
    await entries(
        world,
        letter["id"],
        (DeliveryOutcome.HELD, None, "relay.internal is full"),
        (DeliveryOutcome.RETRIED, None, "The relay has room again."),
        (DeliveryOutcome.BOUNCED, address, "550 5.1.1 User unknown"),
    )
    mine = (await world.get(path, centre.super_user))["items"][0]["deliveries"]
    assert [(entry["words"], entry["by"]) for entry in mine] == [
        (None, None),
        (None, None),
        (None, None),
        ("550 5.1.1 User unknown", None),
    ]
    theirs = (await world.get(f"/v1/letters/{letter['id']}", staff))["deliveries"]
    assert [entry["words"] for entry in theirs[1:3]] == ["relay.internal is full", "The relay has room again."]
    assert theirs[2]["by"] == "Lee Grant"


async def test_a_bounced_recipient_is_marked(world: World, centre: TestCentre) -> None:
    email_id, staff = str(uuid7()), await world.staff(StaffRole.FINANCE)
    address = f"/v1/centres/{centre.id}/users/{centre.user.user_id}/letters"
    async with world.database.transaction() as session:
        session.add(
            Email(
                id=UUID(email_id),
                kind="centre_user_invited",
                arguments={"membership_id": str(centre.user.user_id)},
                status=EmailStatus.BOUNCED,
                recipients={"to": ["Ann Lee <ann@example.org>", "Jo <jo@example.org>"]},
                queued_at=world.clock(),
            )
        )
    await entries(world, email_id, (DeliveryOutcome.BOUNCED, "jo@example.org", "550 No"))
    (letter,) = (await world.get(address, centre.super_user))["items"]
    assert {to["address"]: to["bounced"] for to in letter["recipients"]} == {
        "ann@example.org": False,
        "jo@example.org": True,
    }
    assert [found["id"] for found in (await world.get("/v1/letters?status=bounced", staff))["items"]] == [email_id]
    assert (await world.get("/v1/letters?status=held", staff))["items"] == []


async def test_the_newest_entries_of_a_long_log_are_shown(world: World, centre: TestCentre) -> None:
    application = await world.application(centre, Status.SUBMITTED)
    path, staff = f"/v1/applications/{application['id']}/letters", await world.staff(StaffRole.CENTRE_LEAD)
    (letter, *_) = (await world.get(path, staff))["items"]
    await entries(world, letter["id"], *((DeliveryOutcome.DEFERRED, None, f"try {n}") for n in range(130)))
    words = [entry["words"] for entry in (await world.get(path, staff))["items"][0]["deliveries"]]
    assert words == [None, *(f"try {n}" for n in range(30, 130))]


@pytest.mark.requirement("R04")
async def test_the_first_log_in_details_belong_to_the_initial_application(world: World) -> None:
    initial, staff = await world.checked(), await world.staff(StaffRole.CUSTOMER_EXPERIENCE)
    address = f"/v1/initial-applications/{initial['id']}"
    account = await world.post(f"{address}/account", {}, staff, match=address)
    another = {"first_name": "Jo", "last_name": "Ray", "email": "jo.ray@people.example.com", "role": "user"}
    another |= {"job_title": "Tutor", "telephone": "01332 341822"}
    super_user = await world.centre_user(UUID(account["id"]), CentreRole.SUPER_USER)
    await world.post(f"/v1/centres/{account['id']}/users", another, super_user)
    kinds = [letter["kind"] for letter in (await world.get(f"{address}/letters", staff))["items"]]
    assert kinds == ["log_in_details", "initial_application_received"]


async def test_a_letter_belongs_to_its_application_and_invoice(world: World, centre: TestCentre) -> None:
    """From each kind of argument to the application: invoice, review, submission, decision, action, …"""
    application = await world.application(centre, Status.ACCEPTED_WITH_ACTIONS)
    await world.run_jobs()
    staff = await world.staff(StaffRole.FINANCE)
    shown = await world.get(f"/v1/applications/{application['id']}/letters?limit=100", staff)
    of_application = {letter["kind"] for letter in shown["items"]}
    assert of_application >= {
        "application_submitted",
        "initial_review_passed",
        "invoice_issued",
        "payment_received",
        "centre_lead_assigned",
        "interview_arranged",
        "recommendation_made",
        "application_accepted_with_actions",
    }
    invoice = await world.get(f"/v1/invoices/{application['invoice_id']}/letters", staff)
    assert {letter["kind"] for letter in invoice["items"]} == {
        "initial_review_passed",
        "invoice_issued",
        "payment_received",
    }
    # By then the invoice was paid, so the letters that ask for the money were not needed.
    assert {letter["status"] for letter in invoice["items"] if letter["recipients"]} == {"sent"}
    assert {letter["status"] for letter in invoice["items"] if not letter["recipients"]} == {"not_needed"}


NAMED = {"application_id", "initial_application_id", "invoice_id", "membership_id", "staff_id"}
FOUND = {"action_id", "evidence_id", "decision_id", "interview_id", "entry_id", "recommendation_id", "review_id"}
FOUND |= {"submission_id"}
OF_NOTHING_SHOWN = {"person_id", "document_id", "alerted_at", "invited_by", "previous_starts_at", "table", "file_id"}
OF_NOTHING_SHOWN |= {
    "former_lead_id",
    "application_ids",
    "centre_lead_id",
    "change_id",
    "invoice_address_id",
    "name_change_id",
    "grant_id",
    "factor_name",
    "added_at",
    "removed_at",
    "used_at",
}
# A receiver of events is nobody's letter but its owner's.
OF_NOTHING_SHOWN |= {"endpoint_id", "delivery_id"}
# What customer experience did at a centre's request is about its users, not about an application.
OF_NOTHING_SHOWN |= {
    "reset_at",
    "replacement_id",
    "told",
    "change",
    "redaction_id",
    "since",
    "escalated",
}


@pytest.mark.parametrize("kind", all_letters())
def test_every_argument_of_a_letter_is_known_to_what_finds_its_owners(kind: str) -> None:
    """A new argument needs a line in the function `email_owners_of`, or a reason not to."""
    assert {field.name for field in fields(all_letters()[kind])} <= NAMED | FOUND | OF_NOTHING_SHOWN


async def test_owners_do_not_depend_on_who_writes_the_row(world: World) -> None:
    """The previous release writes emails without knowing of owners; arguments that are no ids do no harm."""
    owner, email_id = uuid7(), uuid7()
    async with world.database.transaction() as session:
        await session.execute(
            text(
                "INSERT INTO emails (id, kind, arguments, status, queued_at) VALUES (:id, 'x', "
                "jsonb_build_object('application_id', CAST(:owner AS text), 'odd_id', 'no id', 'null_id', null, "
                "'n_id', 3), 'sent', now())"
            ),
            {"id": email_id, "owner": str(owner)},
        )
        found = (await session.scalars(select(EmailOwner.owner_id).where(EmailOwner.email_id == email_id))).all()
    assert found == [owner]


def test_each_letter_is_addressed_to_a_centre_or_to_staff() -> None:
    audiences = {kind: letter.sample.audience for kind, letter in all_letters().items()}
    assert audiences["application_in_inbox"] is Audience.STAFF
    assert audiences["application_submitted"] is Audience.CENTRE
