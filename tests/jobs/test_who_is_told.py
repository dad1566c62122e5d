"""Who at a centre gets which letter: by its choice, and in any case."""

from typing import Any

import pytest
from icalendar import Calendar

from app.domain import limits
from app.domain.workflow import Status
from app.integrations.mailer import CapturedMail
from app.jobs.means import Means
from app.jobs.schedule import RECURRING, run_recurring
from app.models import Person
from app.samples import answers
from app.services.story import centre as centres_part
from app.services.story import staff as staffs_part
from tests.jobs.post import Post
from tests.routers.finance_stage import FEE, bill
from tests.world import TestCentre, World

(INVITE_ANEW,) = [task for task in RECURRING if task.name == "invite_anew"]
JOIN_AND_LEAVE = {"interview_joined", "interview_left"}


@pytest.fixture
def post(means: Means) -> Post:
    return Post(means)


def _at(centre: TestCentre, *names: str) -> tuple[str, ...]:
    return tuple(f"{name}@{answers.domain(centre.run)}" for name in names)


async def _address(world: World, centre: TestCentre) -> str:
    async with world.database.transaction() as session:
        return str((await session.get_one(Person, centre.super_user.id)).email)


async def _choose(world: World, centre: TestCentre, **topics: list[str]) -> None:
    path = f"/v1/centres/{centre.id}/letter-choices"
    await world.post(path, topics, centre.super_user, match=path, method="PATCH")


async def _contact(world: World, centre: TestCentre, **changes: Any) -> dict[str, Any]:
    body = {"first_name": "Noor", "last_name": "Ali", "email": "noor@trent.example.com", **changes}
    return await world.post(f"/v1/centres/{centre.id}/contacts", body, centre.super_user)


async def _end(world: World, centre: TestCentre, role: str) -> None:
    path = f"/v1/centres/{centre.id}/contacts"
    held = (await world.get(path, centre.super_user))["items"]
    (one,) = [contact for contact in held if role in contact["roles"]]
    headers = centre.super_user.headers | {"If-Match": one["etag"]}
    assert (await world.client.delete(f"{path}/{one['id']}", headers=headers)).status_code == 204


def _sequence(mail: CapturedMail) -> int:
    (entry,) = Calendar.from_ical(mail.attachments[0].content).walk("VEVENT")
    return int(str(entry["sequence"]))


@pytest.mark.requirement("R19", "R21", "R22")
async def test_interview_decision_and_certificate_reach_the_head_and_the_quality_manager(
    world: World, post: Post
) -> None:
    centre = await world.centre()
    application = await world.application(centre, Status.IN_REVIEW)
    everybody = (await _address(world, centre), *_at(centre, "helen.marsh", "dana.holt"))
    await post.new()
    await world.play(centre, application["id"], staffs_part.arrange_next)
    arranged = (await post.new())["interview_arranged"]
    assert arranged.to == everybody
    assert "Helen Marsh and Dana Holt" in arranged.text
    invitation = arranged.attachments[0].content.decode().replace("\r\n ", "")
    assert all(f"mailto:{address}" in invitation for address in everybody)
    await world.play(centre, application["id"], staffs_part.hold_interview, staffs_part.recommend, staffs_part.accept)
    accepted = (await post.new())["application_accepted"]
    assert accepted.to == everybody
    assert [file.media_type for file in accepted.attachments] == ["application/pdf"] * 2


@pytest.mark.requirement("R19")
async def test_whoever_takes_a_role_over_gets_the_interview_and_whoever_had_it_loses_it(
    world: World, post: Post
) -> None:
    centre = await world.centre()
    application = await world.application(centre, Status.IN_REVIEW)
    await world.play(centre, application["id"], staffs_part.arrange_next)
    await run_recurring(post.means, INVITE_ANEW)
    assert set(await post.new()) & JOIN_AND_LEAVE == set(), "the invitation has not been sent"
    await run_recurring(post.means, INVITE_ANEW)
    assert await post.new() == {}, "nobody has changed"
    await _end(world, centre, "head_of_organisation")
    await _contact(world, centre, roles=["head_of_organisation"])
    await run_recurring(post.means, INVITE_ANEW)
    mail = await post.new()
    assert set(mail) == JOIN_AND_LEAVE
    joined, left = mail["interview_joined"], mail["interview_left"]
    assert joined.to == ("noor@trent.example.com",)
    assert left.to == _at(centre, "helen.marsh")
    request, cancel = (each.attachments[0].content.decode().replace("\r\n ", "") for each in (joined, left))
    assert "METHOD:REQUEST" in request
    assert "METHOD:CANCEL" in cancel
    assert "mailto:noor@trent.example.com" in request
    assert "mailto:noor@trent.example.com" not in cancel
    (uid,) = {line for text in (request, cancel) for line in text.splitlines() if line.startswith("UID:")}
    assert uid
    for _ in range(2):
        await run_recurring(post.means, INVITE_ANEW)
    assert await post.new() == {}
    await _end(world, centre, "head_of_organisation")
    await _contact(world, centre, email=left.to[0], roles=["head_of_organisation"])
    await run_recurring(post.means, INVITE_ANEW)
    again = (await post.new())["interview_joined"]
    assert again.to == left.to
    assert _sequence(again) > _sequence(left), "a calendar would keep the interview withdrawn"


@pytest.mark.requirement("R21")
async def test_a_rejection_reaches_them_too(world: World, post: Post) -> None:
    centre = await world.centre()
    application = await world.application(centre, Status.AWAITING_DECISION)
    await post.new()
    await world.play(centre, application["id"], staffs_part.reject)
    rejected = (await post.new())["application_rejected"]
    assert rejected.to == (await _address(world, centre), *_at(centre, "helen.marsh", "dana.holt"))


@pytest.mark.requirement("R09", "R17")
async def test_a_centre_chooses_who_hears_of_returns(world: World, post: Post) -> None:
    centre = await world.centre()
    super_user = await _address(world, centre)
    application = await world.application(centre, Status.SUBMITTED)
    assert (await post.new())["application_submitted"].to == (super_user,)
    await _choose(world, centre, administration_examinations=["returns"], overall_quality_manager=["returns"])
    await world.play(centre, application["id"], staffs_part.return_at_initial_review)
    assert (await post.new())["application_returned"].to == (super_user, *_at(centre, "dana.holt", "aisha.khan"))
    # Whoever holds the role when the letter is sent gets it.
    await _end(world, centre, "administration_examinations")
    new = await _contact(world, centre, roles=["administration_examinations"])
    await _choose(world, centre, administration_examinations=["application"])
    await world.play(centre, application["id"], centres_part.withdraw)
    assert (await post.new())["application_withdrawn"].to == (super_user, new["email"])


async def test_a_centre_cannot_fill_a_strangers_mailbox(world: World, post: Post) -> None:
    """By letters of drafts that it withdraws, to an address that nobody has confirmed, however that is written."""
    centre = await world.centre()
    super_user = await _address(world, centre)
    await _choose(world, centre, administration_examinations=["application"])
    readers = []
    for number in range(limits.LETTERS_TO_A_CONTACT + 2):
        if number:
            await _end(world, centre, "administration_examinations")
        await _contact(world, centre, email=f"victim+{number}@example.com", roles=["administration_examinations"])
        application = await world.application(centre)
        await world.play(centre, application["id"], centres_part.withdraw)
        readers.append((await post.new())["application_withdrawn"].to)
    assert [to[:1] for to in readers] == [(super_user,)] * len(readers)
    assert [len(to) for to in readers] == [2] * limits.LETTERS_TO_A_CONTACT + [1, 1]
    # Another mailbox has room of its own, and this one again an hour later.
    await _end(world, centre, "administration_examinations")
    await _contact(world, centre, roles=["administration_examinations"])
    application = await world.application(centre)
    await world.play(centre, application["id"], centres_part.withdraw)
    assert (await post.new())["application_withdrawn"].to == (super_user, "noor@trent.example.com")


async def test_a_super_user_who_is_a_contact_gets_one_copy(world: World, post: Post) -> None:
    centre = await world.centre()
    super_user = await _address(world, centre)
    application = await world.application(centre, Status.AWAITING_DECISION)
    await _end(world, centre, "head_of_organisation")
    await _contact(world, centre, email=super_user.upper(), roles=["head_of_organisation"])
    await post.new()
    await world.play(centre, application["id"], staffs_part.reject)
    assert (await post.new())["application_rejected"].to == (super_user, *_at(centre, "dana.holt"))


@pytest.mark.requirement("R18")
async def test_the_finance_contact_hears_of_all_that_concerns_an_invoice(world: World, post: Post) -> None:
    """Also whoever has taken the role over since the invoice was issued."""
    centre = await world.centre()
    super_user = await _address(world, centre)
    first = await _contact(world, centre, email="pat@trent.example.com", roles=["finance"])
    one = await bill(world, centre.id)
    await _end(world, centre, "finance")
    new = await _contact(world, centre, roles=["finance"])
    concerned = (super_user, new["email"], first["email"])
    await post.new()
    payment = await one.pay(FEE // 2)
    part = (await post.new())["payment_recorded"]
    assert part.to == concerned
    assert "Amount still due: £250.00" in part.text
    assert "Sort code" in part.text
    await one.pay(FEE // 2)
    assert (await post.new())["payment_received"].to == concerned
    await one.pay(FEE // 5)
    more = (await post.new())["payment_recorded"]
    assert "Paid too much: £100.00" in more.text
    assert "Sort code" not in more.text
    await one.reverse(payment)
    assert (await post.new())["payment_reversed"].to == concerned
