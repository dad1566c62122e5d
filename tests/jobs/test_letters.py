"""Every letter of the whole process: recipients, subject and attachments."""

from uuid import UUID

import pytest

from app import outbox
from app.domain.actors import StaffRole
from app.domain.emails import address_of
from app.domain.sections import Section
from app.domain.workflow import Status
from app.integrations.mailer import read_captured
from app.jobs.means import Means
from app.letters.applications.returned import part_in_words
from app.letters.documents.new_version import AgreementVersionPublished
from app.letters.readers import addressee, names
from app.models import Person, ReturnItem
from app.samples import answers
from app.services.story import centre as centres_part
from app.services.story import staff as staffs_part
from tests.clock import MovableClock
from tests.jobs.conftest import Query
from tests.jobs.post import Post
from tests.world import Login, TestCentre, World

HELP = "applications@aim-group.org.uk"


def _heads(centre: TestCentre) -> tuple[str, str]:
    """The head of organisation and the overall quality manager."""
    domain = answers.domain(centre.run)
    return f"helen.marsh@{domain}", f"dana.holt@{domain}"


def _finance_contact(centre: TestCentre) -> str:
    return f"tom.becker@{answers.domain(centre.run)}"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Jane Doe", "Jane Doe <jane@example.org>"),
        ('Jane "<x@evil.example>" Doe', 'Jane "<x@evil.example>" Doe <jane@example.org>'),
        ("Jane\r\nBcc: x", "Jane Bcc: x <jane@example.org>"),
    ],
)
def test_a_name_cannot_end_the_address_early(name: str, expected: str) -> None:
    assert addressee(name, "jane@example.org") == expected
    assert address_of(expected) == "jane@example.org"


def test_several_recipients_are_greeted_together() -> None:
    people = [Person(first_name=first, last_name="Lee") for first in ("Ann", "Bob", "Cy")]
    assert names(people) == "Ann Lee, Bob Lee and Cy Lee"
    assert names(people[:1]) == "Ann Lee"


@pytest.mark.parametrize(
    ("section", "pointer", "words"),
    [
        (Section.POLICIES_AND_PROCEDURES, "/appeals", "Appeals procedure for candidates"),
        (Section.APPLICATION, "/history/legal_name", "History, legal name"),
        (Section.APPLICATION, "/learner-numbers/by_qualification/0", "Learner numbers, by qualification"),
        (Section.CENTRE_AGREEMENT, None, None),
    ],
)
def test_an_items_pointer_is_described_in_words(section: Section, pointer: str | None, words: str) -> None:
    assert part_in_words(ReturnItem(section=section, pointer=pointer), {}) == words


@pytest.mark.requirement("R02", "R04", "R18", "R21", "R22")
async def test_every_letter_on_the_way_to_acceptance_with_actions(
    means: Means, world: World, clock: MovableClock
) -> None:
    post = Post(means)
    centre = await world.centre()
    received = await post.new()
    assert received["initial_application_received"].to[0].startswith("office@harbour")
    super_user = (await _email_of(means, centre.super_user.id),)
    for role in StaffRole:
        await world.staff(role)
    lead = ((await world.staff(StaffRole.CENTRE_LEAD)).email,)
    manager = ((await world.staff(StaffRole.QUALITY_ASSURANCE_MANAGER)).email,)

    ready = await world.ready(centre)
    id_ = ready["id"]
    await world.play(centre, id_, centres_part.submit)
    mail = await post.new()
    assert mail["application_submitted"].to == super_user
    assert "Tom Becker" in mail["application_submitted"].text
    assert mail["application_in_inbox"].to == (HELP,)
    assert "Monday 8 June 2026" in mail["application_in_inbox"].text

    await world.play(centre, id_, staffs_part.return_at_initial_review)
    mail = await post.new()
    assert mail["application_returned"].to == super_user
    assert "Internal quality assurance" in mail["application_returned"].text
    await world.play(centre, id_, centres_part.answer_items, centres_part.submit)
    mail = await post.new()
    assert mail["return_items_answered"].to == (HELP,)
    assert mail["application_resubmitted"].to == (HELP,)

    await world.play(centre, id_, staffs_part.pass_initial_review)
    mail = await post.new()
    assert mail["invoice_issued"].to == (_finance_contact(centre),)
    assert [file.media_type for file in mail["invoice_issued"].attachments] == ["application/pdf"]
    assert mail["initial_review_passed"].to == super_user

    await world.play(centre, id_, staffs_part.begin_review)
    mail = await post.new()
    assert mail["payment_received"].to == (*super_user, _finance_contact(centre))
    assert mail["centre_lead_assigned"].to == lead

    await world.play(centre, id_, staffs_part.arrange_next)
    mail = await post.new()
    assert (mail["interview_arranged"].to, mail["interview_lead_invited"].to) == (
        (*super_user, *_heads(centre)),
        lead,
    )
    await world.play(centre, id_, staffs_part.hold_interview)
    assert await post.new() == {}

    await world.play(centre, id_, staffs_part.recommend_with_actions)
    assert (await post.new())["recommendation_made"].to == manager
    await world.play(centre, id_, staffs_part.accept_with_actions)
    mail = await post.new()
    accepted = mail["application_accepted_with_actions"]
    assert accepted.to == (*super_user, *_heads(centre))
    assert "Send the sampling plan" in accepted.text
    assert [file.media_type for file in accepted.attachments] == ["application/pdf"] * 2
    assert all(file.content.startswith(b"%PDF") for file in accepted.attachments)


@pytest.mark.requirement("R18")
async def test_letters_about_a_reversed_payment_and_a_withdrawal(means: Means, world: World) -> None:
    """They state the amount due again and the amount credited."""
    post = Post(means)
    centre = await world.centre()
    application = await world.application(centre, Status.IN_REVIEW)
    await post.new()
    finance = await world.staff(StaffRole.FINANCE)
    invoice = await world.get(f"/v1/invoices/{application['invoice_id']}", finance)
    payment = invoice["entries"][0]["id"]
    body = {"reason": "The bank returned it."}
    await world.post(f"/v1/invoices/{invoice['id']}/payments/{payment}/reversal", body, finance)
    reversed_ = (await post.new())["payment_reversed"]
    assert reversed_.to == (await _email_of(means, centre.super_user.id), _finance_contact(centre))
    assert "£500.00" in reversed_.text
    await world.play(centre, application["id"], centres_part.withdraw)
    mail = await post.new()
    assert invoice["number"] in mail["application_withdrawn"].text
    credited = mail["invoice_credited"]
    assert credited.to == (_finance_contact(centre),)
    assert "Do not pay this invoice." in credited.text
    assert mail["application_withdrawn_staff"].to == ((await world.staff(StaffRole.CENTRE_LEAD)).email,)


@pytest.mark.requirement("R15")
async def test_a_new_agreement_is_announced_to_centres_that_have_not_submitted(
    means: Means, world: World, query: Query
) -> None:
    post = Post(means)
    centre, other = await world.centre(), await world.centre()
    await world.application(centre)
    submitted = await world.application(other)
    await world.agreement()
    await query("UPDATE applications SET status = 'submitted' WHERE id = :id RETURNING id", id=UUID(submitted["id"]))
    ((document_id,), _) = await query("SELECT id FROM documents ORDER BY kind")
    await post.new()
    async with means.work() as work:
        await outbox.queue(work, AgreementVersionPublished(document_id=document_id))
    draft = (await post.new())["agreement_version_published"]
    assert draft.to == (await _email_of(means, centre.super_user.id),)
    assert f"before {centre.name} can submit its application." in draft.text
    assert len(read_captured(means.settings.data_dir / "mail", subject_contains="new version")) == 1
    await query("UPDATE applications SET status = 'withdrawn', closed_at = now() WHERE status = 'draft' RETURNING id")
    await query("UPDATE applications SET status = 'returned' WHERE id = :id RETURNING id", id=UUID(submitted["id"]))
    async with means.work() as work:
        await outbox.queue(work, AgreementVersionPublished(document_id=document_id))
    returned = (await post.new())["agreement_version_published"]
    assert returned.to == (await _email_of(means, other.super_user.id),)
    assert "before you can submit the application again." in returned.text


@pytest.mark.requirement("R10")
async def test_a_new_user_is_invited_and_a_known_person_is_notified(means: Means, world: World) -> None:
    post = Post(means)
    centre, other = await world.centre(), await world.centre()
    await post.new()
    body = {
        "first_name": "Jo",
        "last_name": "May",
        "email": "jo@may.example.com",
        "role": "user",
        "job_title": "Tutor",
        "telephone": "01332 341825",
    }
    await world.post(f"/v1/centres/{centre.id}/users", body, centre.super_user)
    invited = (await post.new())["centre_user_invited"]
    assert invited.to == ("jo@may.example.com",)
    assert "Ann Lee" in invited.text
    known = {**body, "email": await _email_of(means, other.super_user.id)}
    await world.post(f"/v1/centres/{centre.id}/users", known, centre.super_user)
    # The same letter, so that the centre learns nothing about the address.
    assert (await post.new())["centre_user_invited"].to == (known["email"],)


async def test_a_reset_link_works_once(means: Means, world: World) -> None:
    post = Post(means)
    login: Login = await world.staff(StaffRole.FINANCE)
    await world.post("/v1/password-resets", {"email": login.email})
    mail = (await post.new())["password_reset"]
    token = mail.text.split("#token=")[1].split()[0]
    body = {"token": token, "new_password": "another-Password-nobody-knows"}
    await world.post("/v1/password-resets/completion", body)
    answer = await world.client.post("/v1/password-resets/completion", json=body)
    assert answer.status_code == 409
    assert (await post.new())["password_changed"].to == (login.email,)


async def _email_of(means: Means, person_id: UUID) -> str:
    async with means.database.transaction() as session:
        return (await session.get_one(Person, person_id)).email
