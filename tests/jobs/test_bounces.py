"""Letters that come back: read from a mailbox, or reported by another system."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from app.domain.actors import Scope, StaffRole
from app.integrations.bounces import MailboxError, open_mailbox
from app.integrations.mailer import SmtpMailer, SmtpSecurity
from app.jobs.drain import run_queued_jobs
from app.jobs.means import Means
from app.jobs.schedule import RECURRING, run_recurring
from app.settings import Bounces
from tests.integrations.imap_server import FOLDER, PASSWORD, USERNAME, ImapServer, nobody_listens, serving
from tests.integrations.notices import EXCHANGE, EXIM, POSTFIX, notice
from tests.jobs.relay import Relay, running
from tests.world import World

pytestmark = pytest.mark.filterwarnings(
    "ignore::DeprecationWarning:aiosmtpd", "ignore:Session.login_data is deprecated"
)
(READ_BOUNCES,) = (task for task in RECURRING if task.name == "read_bounces")


def reading(means: Means, port: int, **changes: Any) -> Means:
    """The means of a deployment with this mailbox."""
    values: dict[str, Any] = {
        "imap_host": "127.0.0.1",
        "imap_port": port,
        "start_tls": False,
        "username": USERNAME,
        "password": SecretStr(PASSWORD),
        "folder": FOLDER,
    } | changes
    return replace(means, settings=means.settings.model_copy(update={"bounces": Bounces(**values)}))


@pytest.fixture
async def mailbox() -> AsyncIterator[ImapServer]:
    with serving(ImapServer()) as found:
        yield found


@pytest.fixture
async def letter(means: Means, world: World) -> dict[str, Any]:
    """An acknowledgement that was sent to Jane alone."""
    received = await world.received(email="jane@example.org")
    await run_queued_jobs(means)
    staff = await world.staff(StaffRole.CUSTOMER_EXPERIENCE)
    (found,) = (await world.get(f"/v1/initial-applications/{received['id']}/letters", staff))["items"]
    assert found["status"] == "sent"
    shown: dict[str, Any] = found
    return shown


async def now(world: World, letter: dict[str, Any]) -> tuple[str, list[tuple[str, str | None, str | None]]]:
    """The letter's status, and the entries since it was sent."""
    staff = await world.staff(StaffRole.CUSTOMER_EXPERIENCE)
    shown = await world.get(f"/v1/letters/{letter['id']}", staff)
    entries = shown["deliveries"][2:]
    return shown["status"], [(entry["outcome"], entry["code"], entry["recipient"]) for entry in entries]


async def read(means: Means, mailbox: ImapServer, *messages: bytes) -> None:
    mailbox.messages |= dict(enumerate(messages, start=len(mailbox.messages) + 1))
    await run_recurring(reading(means, mailbox.port), READ_BOUNCES)


async def test_without_a_mailbox_nothing_is_read(means: Means, mailbox: ImapServer) -> None:
    await run_recurring(means, READ_BOUNCES)
    assert mailbox.commands == []


@pytest.mark.parametrize("changes", [{"password": SecretStr("a secret")}, {"folder": "Nowhere"}, {"start_tls": True}])
async def test_a_mailbox_that_cannot_be_opened_is_told(
    means: Means, mailbox: ImapServer, changes: dict[str, Any]
) -> None:
    with pytest.raises(MailboxError, match="cannot be read") as told:
        await run_recurring(reading(means, mailbox.port, **changes), READ_BOUNCES)
    assert "a secret" not in str(told.value)


async def test_a_mail_server_that_is_away_is_told(means: Means) -> None:
    with pytest.raises(MailboxError, match="cannot be read"):
        await run_recurring(reading(means, nobody_listens()), READ_BOUNCES)


async def test_a_letter_that_came_back_has_bounced(
    means: Means, world: World, mailbox: ImapServer, letter: dict[str, Any]
) -> None:
    await read(means, mailbox, b"Subject: I am on holiday\r\n\r\nUntil Monday.\r\n", notice(POSTFIX, letter["id"]))
    assert await now(world, letter) == ("bounced", [("bounced", "5.1.1", "jane@example.org")])
    assert mailbox.seen == {1, 2}
    # The next run finds nothing unread.
    mailbox.commands.clear()
    await read(means, mailbox)
    assert not any(command.startswith(("UID FETCH", "UID STORE")) for command in mailbox.commands)


async def test_the_same_bounce_again_is_recorded_once(
    means: Means, world: World, mailbox: ImapServer, letter: dict[str, Any]
) -> None:
    """From two mail systems, in two messages, and read by two workers at once, as after one was killed."""
    raw = [notice(form, letter["id"]) for form in (POSTFIX, EXIM, EXCHANGE)]
    await read(means, mailbox, *raw)
    mailbox.seen.clear()
    await asyncio.gather(read(means, mailbox), read(means, mailbox))
    assert await now(world, letter) == ("bounced", [("bounced", "5.1.1", "jane@example.org")])


async def test_a_delay_is_logged_and_the_letter_stays_sent(
    means: Means, world: World, mailbox: ImapServer, letter: dict[str, Any]
) -> None:
    delayed = notice(POSTFIX, letter["id"], action="delayed", status="4.4.1", words="connect: timed out")
    await read(means, mailbox, delayed, delayed)
    assert await now(world, letter) == ("sent", [("delayed", "4.4.1", "jane@example.org")])
    expired = notice(POSTFIX, letter["id"], action="failed", status="4.4.1", words="connect: timed out, giving up")
    await read(means, mailbox, expired)
    assert (await now(world, letter))[0] == "bounced"


async def test_forged_and_foreign_notices_change_nothing(
    means: Means, world: World, mailbox: ImapServer, letter: dict[str, Any]
) -> None:
    """Of no letter, of another domain, of a letter that is not sent; huge and broken ones are passed over."""
    waiting = await world.received(email="ann@example.org")
    staff = await world.staff(StaffRole.CUSTOMER_EXPERIENCE)
    (queued,) = (await world.get(f"/v1/initial-applications/{waiting['id']}/letters", staff))["items"]
    await read(
        means,
        mailbox,
        notice(POSTFIX, "019c4c24-b500-77b0-9cb2-b5f4ef0d5725"),
        notice(POSTFIX, letter["id"]).replace(b"@aimgroup.org.uk>", b"@evil.example>"),
        notice(POSTFIX, queued["id"]),
        notice(POSTFIX, letter["id"])[:900],
        b"A" * 3_000_000,
    )
    assert await now(world, letter) == ("sent", [])
    assert (await now(world, queued))[0] == "queued"
    assert len(mailbox.seen) == 5


async def test_words_that_no_database_takes_are_cleaned(
    means: Means, world: World, mailbox: ImapServer, letter: dict[str, Any]
) -> None:
    raw = notice(POSTFIX, letter["id"], words="550 \x00\x1b[31m no " + "x" * 900)
    await read(means, mailbox, raw)
    staff = await world.staff(StaffRole.CUSTOMER_EXPERIENCE)
    entry = (await world.get(f"/v1/letters/{letter['id']}", staff))["deliveries"][-1]
    assert entry["words"].startswith("550 [31m no")
    assert len(entry["words"]) <= 500


async def test_a_folder_made_anew_is_not_marked(means: Means, mailbox: ImapServer, letter: dict[str, Any]) -> None:
    """The numbers of messages mean others then (RFC 9051 section 2.3.1.1)."""
    opened = open_mailbox(reading(means, mailbox.port).settings)
    assert opened is not None
    mailbox.messages = {1: notice(POSTFIX, letter["id"])}
    unread = await asyncio.to_thread(opened.fetch_unread, 10)
    mailbox.validity = 2
    await asyncio.to_thread(opened.mark_read, unread)
    assert mailbox.seen == set()


@pytest.mark.parametrize(("per_letter", "pattern"), [(False, "back@example.org"), (True, "back+{id}@example.org")])
async def test_bounces_return_to_the_address_that_is_set(
    means: Means, world: World, per_letter: bool, pattern: str
) -> None:
    received = await world.received()
    with running(Relay()) as relay:
        mailer = SmtpMailer(
            "127.0.0.1",
            relay.port,
            security=SmtpSecurity.PLAIN,
            bounces_to="back@example.org",
            bounces_per_letter=per_letter,
        )
        await run_queued_jobs(replace(means, mailer=mailer))
    staff = await world.staff(StaffRole.CUSTOMER_EXPERIENCE)
    (letter,) = (await world.get(f"/v1/initial-applications/{received['id']}/letters", staff))["items"]
    assert relay.senders == [pattern.format(id=letter["id"])]
    assert "no-reply@" in relay.accepted[0]["From"]


def _report(letter: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        "message_id": f"<{letter['id']}@aimgroup.org.uk>",
        "recipient": "jane@example.org",
        "status": "5.1.1",
        "diagnostic": "550 5.1.1 User unknown",
    } | changes


async def _post(world: World, body: Any, *scopes: Scope) -> httpx.Response:
    client = await world.integration(*scopes)
    return await world.client.post("/v1/mail-bounces", json=body, headers=client.headers)


async def test_a_report_is_refused_without_the_scope_and_with_wrong_input(world: World, letter: dict[str, Any]) -> None:
    assert (await world.client.post("/v1/mail-bounces", json=_report(letter))).status_code == 401
    assert (await _post(world, _report(letter), Scope.EVENTS_READ)).status_code == 403
    finance = await world.staff(StaffRole.FINANCE)
    by_person = await world.client.post("/v1/mail-bounces", json=_report(letter), headers=finance.headers)
    assert by_person.status_code == 403
    for changes in (
        {"status": "2.0.0"},
        {"status": "5"},
        {"recipient": "nobody"},
        {"message_id": ""},
        {"message_id": "a\r\nb: c"},
        {"action": "delivered"},
        {"diagnostic": "x" * 2001},
        {"more": 1},
    ):
        assert (await _post(world, _report(letter) | changes, Scope.MAIL_BOUNCES)).status_code == 422, changes


async def test_a_reported_bounce_is_recorded_once(world: World, letter: dict[str, Any]) -> None:
    first, second = [await _post(world, _report(letter), Scope.MAIL_BOUNCES) for _ in range(2)]
    assert (first.status_code, first.json()) == (202, {"outcome": "recorded", "letter_id": letter["id"]})
    assert (second.status_code, second.json()["outcome"]) == (202, "already_recorded")
    assert await now(world, letter) == ("bounced", [("bounced", "5.1.1", "jane@example.org")])


@pytest.mark.parametrize(
    ("changes", "outcome", "status"),
    [
        ({"status": "4.2.2"}, "recorded", "sent"),
        ({"status": "4.4.7", "action": "failed"}, "recorded", "bounced"),
        ({"status": "5.2.2", "action": "delayed"}, "recorded", "sent"),
        ({"recipient": "JANE@example.org"}, "recorded", "bounced"),
        ({"recipient": "forwarded@elsewhere.example"}, "recorded", "bounced"),
        ({"message_id": "<019c4c24-b500-77b0-9cb2-b5f4ef0d5725@aimgroup.org.uk>"}, "not_ours", "sent"),
        ({"message_id": "<x@aimgroup.org.uk>"}, "not_ours", "sent"),
        ({"message_id": "no-id"}, "not_ours", "sent"),
    ],
)
async def test_what_a_report_does(
    world: World, letter: dict[str, Any], changes: dict[str, Any], outcome: str, status: str
) -> None:
    answer = await _post(world, _report(letter) | changes, Scope.MAIL_BOUNCES)
    assert answer.json()["outcome"] == outcome, answer.text
    assert (await now(world, letter))[0] == status


async def test_reports_that_race_are_recorded_once(world: World, letter: dict[str, Any]) -> None:
    answers = await asyncio.gather(*(_post(world, _report(letter), Scope.MAIL_BOUNCES) for _ in range(6)))
    assert sorted(answer.json()["outcome"] for answer in answers) == ["already_recorded"] * 5 + ["recorded"]
