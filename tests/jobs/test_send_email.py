"""Sending email through a real relay and the capturing adapter, failures first."""

import re
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from app import outbox
from app.domain.actors import StaffRole
from app.domain.jobs import JobStatus
from app.integrations.mailer import Accepted, MailUnavailable, Message, SmtpMailer, SmtpSecurity, read_captured
from app.jobs.drain import run_queued_jobs
from app.jobs.means import Means
from app.jobs.outcomes import Patience
from app.jobs.send_email import send_email
from app.letters.passwords.changed import PasswordChanged
from app.models import Email, EmailStatus, Membership, Person
from app.queries.jobs import every_job
from app.schemas.jobs import HeldJobsRetryCreate
from app.security.passwords import first_password_of, verify_password
from app.services.jobs.steps import retry_held
from tests.jobs.conftest import Query, system_work
from tests.jobs.relay import Relay, running
from tests.world import World

pytestmark = pytest.mark.filterwarnings(
    "ignore::DeprecationWarning:aiosmtpd", "ignore:Session.login_data is deprecated"
)

AT_ONCE = Patience(attempts=3, first_pause=timedelta(0), longest_pause=timedelta(0))


class DiesAfterSending:
    """The relay accepts the message and the worker dies before recording it."""

    def __init__(self, real: Any, subject: str) -> None:
        self.real = real
        self.subject = subject
        self.deaths = 1

    async def send(self, message: Message) -> Accepted:
        accepted: Accepted = await self.real.send(message)
        if self.deaths and self.subject in message.subject:
            self.deaths -= 1
            raise MailUnavailable("the line was cut")
        return accepted


def over(means: Means, relay: Relay) -> Means:
    return replace(means, mailer=SmtpMailer("127.0.0.1", relay.port, security=SmtpSecurity.PLAIN, timeout_seconds=5))


async def owe_password_changed(means: Means, world: World) -> UUID:
    person = await world.person()
    async with means.work() as work:
        (email_id,) = await outbox.queue(work, PasswordChanged(person_id=person.id))
        return email_id


async def email(means: Means, email_id: UUID) -> Email:
    async with means.database.transaction() as session:
        return await session.get_one(Email, email_id)


async def test_a_permanent_refusal_is_held_and_retried_on_request(means: Means, world: World, query: Query) -> None:
    email_id = await owe_password_changed(means, world)
    with running(Relay("554 No")) as relay:
        assert await run_queued_jobs(over(means, relay), patience=AT_ONCE) == 1
        row = await email(means, email_id)
        assert row.status is EmailStatus.HELD
        assert row.failure is not None
        assert "554" in row.failure
        assert await query("SELECT status FROM pgqueuer") == [("failed",)]
        async with system_work(means) as work:
            held = [job.about async for jobs in every_job(work.session, JobStatus.HELD, None) for job in jobs]
            assert held == [str(email_id)]
            assert (await retry_held(work, HeldJobsRetryCreate())).retried == 1
        assert await run_queued_jobs(over(means, relay)) == 1
    assert (await email(means, email_id)).status is EmailStatus.SENT
    assert len(relay.accepted) == 1
    assert await query("SELECT status FROM pgqueuer") == []


async def test_a_temporary_refusal_is_retried_then_held(means: Means, world: World) -> None:
    email_id = await owe_password_changed(means, world)
    with running(Relay(*["451 Later"] * 3)) as relay:
        assert await run_queued_jobs(over(means, relay), patience=AT_ONCE) == 3
        assert (await email(means, email_id)).status is EmailStatus.HELD
        assert relay.answers == []
        second = await owe_password_changed(means, world)
        relay.answers = ["451 Later"]
        assert await run_queued_jobs(over(means, relay), patience=AT_ONCE) == 2
    assert (await email(means, second)).status is EmailStatus.SENT


async def test_the_first_pause_delays_a_retry(means: Means, world: World, query: Query) -> None:
    await owe_password_changed(means, world)
    with running(Relay("451 Later")) as relay:
        assert await run_queued_jobs(over(means, relay)) == 1
    found = await query("SELECT attempts, execute_after > now() + interval '1 second' FROM pgqueuer")
    assert found == [(1, True)]


async def test_a_letter_sent_twice_because_of_a_crash_has_one_message_id(means: Means, world: World) -> None:
    email_id = await owe_password_changed(means, world)
    with running(Relay()) as relay:
        dying = replace(means, mailer=DiesAfterSending(over(means, relay).mailer, "password"))
        assert await run_queued_jobs(dying, patience=AT_ONCE) == 2
        # A third job for it, as a repair may enqueue, finds it already sent.
        await send_email(over(means, relay), email_id)
    first, second = relay.accepted
    assert first["Message-ID"] == second["Message-ID"] == f"<{email_id}@aimgroup.org.uk>"


@pytest.mark.requirement("R06")
async def test_a_repeated_log_in_letter_is_the_same_letter(means: Means, world: World, query: Query) -> None:
    """Whichever copy is read, its password works. Once it is sent, nobody can work the password out."""
    account = await _account(world)
    with running(Relay()) as relay:
        dying = replace(means, mailer=DiesAfterSending(over(means, relay).mailer, "log-in details"))
        await run_queued_jobs(dying, patience=AT_ONCE)
    first, second = [mail for mail in relay.accepted if "log-in details" in mail["Subject"]]
    assert first["Message-ID"] == second["Message-ID"]
    assert _password_in(first) == _password_in(second)
    person = await _person(means, account)
    assert await verify_password(person.password_hash, _password_in(second))
    assert await query("SELECT DISTINCT password_seed FROM emails") == [(None,)]


@pytest.mark.requirement("R06")
async def test_two_letters_have_two_passwords() -> None:
    """Also for the same person: a letter that is sent again on request replaces the password."""
    key = "a key for tests that is long enough"
    passwords = {(await first_password_of(key, seed)).plain for seed in (b"one", b"two")}
    assert len(passwords | {(await first_password_of(f"{key}!", b"one")).plain}) == 3
    assert all(re.fullmatch(r"(\w{5}-){3}\w{5}", password) for password in passwords)


@pytest.mark.requirement("R06")
async def test_a_first_password_works_from_the_moment_the_relay_has_it(means: Means, world: World) -> None:
    """The hash is committed before the email is sent, and the password is stored nowhere in clear."""
    account = await _account(world)
    seen: list[bool] = []

    class Looks:
        async def send(self, message: Message) -> Accepted:
            if "log-in details" in message.subject:
                person = await _person(means, account)
                read = message_from_bytes(message.content, EmailMessage, policy=default)
                seen.append(await verify_password(person.password_hash, _password_in(read)))
            return Accepted()

    await run_queued_jobs(replace(means, mailer=Looks()))
    assert seen == [True]
    async with means.database.transaction() as session:
        person = await session.get_one(Person, (await _person(means, account)).id)
    assert person.must_change_password


@pytest.mark.requirement("R05")
async def test_log_in_details_stop_the_clock_of_the_initial_application(
    means: Means, world: World, query: Query
) -> None:
    account = await _account(world)
    await run_queued_jobs(means)
    sent = await query("SELECT log_in_details_sent_at FROM initial_applications")
    assert sent == [(means.clock(),)]
    assert await query("SELECT log_in_details_sent_at FROM memberships") == [(means.clock(),)]
    events = await query("SELECT aggregate_id, centre_id FROM events WHERE type = 'user.log_in_details_sent'")
    assert events == [(UUID(account["super_user_id"]), UUID(account["id"]))]


async def test_log_in_details_are_not_needed_once_the_person_has_a_password(means: Means, world: World) -> None:
    account = await _account(world)
    async with means.database.transaction() as session:
        person = await session.get_one(Person, (await _person(means, account)).id)
        person.password_changed_at = means.clock()
    await run_queued_jobs(means)
    async with means.database.transaction() as session:
        rows = [row for row in await _emails(session) if row.kind == "log_in_details"]
    assert [row.status for row in rows] == [EmailStatus.NOT_NEEDED]


async def test_sent_email_is_recorded_and_not_sent_again(means: Means, world: World) -> None:
    email_id = await owe_password_changed(means, world)
    await run_queued_jobs(means)
    await send_email(means, email_id)
    (mail,) = read_captured(means.settings.data_dir / "mail")
    row = await email(means, email_id)
    assert row.status is EmailStatus.SENT
    assert row.sent_at == means.clock()
    assert row.subject == mail.subject == "Your password was changed"
    assert row.recipients is not None
    (to,) = row.recipients["to"]
    assert to.endswith(f"<{mail.to[0]}>")


async def _account(world: World) -> dict[str, Any]:
    initial = await world.checked()
    staff = await world.staff(StaffRole.CUSTOMER_EXPERIENCE)
    address = f"/v1/initial-applications/{initial['id']}"
    return await world.post(f"{address}/account", {}, staff, match=address)


async def _person(means: Means, account: dict[str, Any]) -> Person:
    async with means.database.transaction() as session:
        membership = await session.get_one(Membership, UUID(account["super_user_id"]))
        return await session.get_one(Person, membership.person_id)


async def _emails(session: Any) -> list[Email]:
    return list(await session.scalars(select(Email).order_by(Email.id)))


def _password_in(mail: EmailMessage) -> str:
    body = mail.get_body(preferencelist=("plain",))
    assert body is not None
    found = re.search(r"Your first password is:\s+(\S+)", body.get_content())
    assert found is not None
    return found[1]
