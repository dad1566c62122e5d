"""The mailbox for bounces over TLS, and when its server is slow or forged."""

import ssl
import time
from pathlib import Path
from typing import Any

import pytest

from app.integrations.bounces import Mailbox, MailboxError
from app.services.operations.checks.bounces import check_bounces
from app.settings import Bounces, Settings
from tests.certificates import self_signed
from tests.integrations.imap_server import FOLDER, PASSWORD, USERNAME, ImapServer, nobody_listens, serving


def opened(server: ImapServer, **changes: Any) -> Mailbox:
    values: dict[str, Any] = {"implicit_tls": False, "timeout_seconds": 2} | changes
    return Mailbox("127.0.0.1", server.port, USERNAME, PASSWORD, FOLDER, **values)


@pytest.fixture
def trusted(tmp_path: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's context, and a client's that trusts it."""
    certificate, key = self_signed(tmp_path)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate, key)
    return server, ssl.create_default_context(cafile=certificate)


@pytest.mark.parametrize("implicit", [True, False])
def test_a_mailbox_is_read_over_tls_by_those_who_trust_it(
    trusted: tuple[ssl.SSLContext, ssl.SSLContext], implicit: bool
) -> None:
    server = ImapServer(b"Subject: x\r\n\r\ny\r\n")
    server.tls, server.implicit_tls = trusted[0], implicit
    with serving(server):
        with pytest.raises(MailboxError, match="certificate"):
            opened(server, implicit_tls=implicit).fetch_unread(10)
        mailbox = opened(server, implicit_tls=implicit, tls_context=trusted[1])
        unread = mailbox.fetch_unread(10)
        assert list(unread.messages.values()) == [b"Subject: x\r\n\r\ny\r\n"]
        mailbox.mark_read(unread)
    assert server.seen == {1}


def test_a_server_without_starttls_gets_no_password() -> None:
    with serving(ImapServer()) as server:
        with pytest.raises(MailboxError, match="TLS not supported"):
            opened(server).fetch_unread(10)
        assert "LOGIN" not in server.commands


def test_a_server_that_hangs_is_given_up() -> None:
    with serving(ImapServer()) as server:
        server.hangs = True
        began = time.monotonic()
        with pytest.raises(MailboxError):
            opened(server, start_tls=False, timeout_seconds=0.5).fetch_unread(10)
        assert time.monotonic() - began < 30


def test_only_as_many_messages_are_fetched_as_are_asked_for_and_only_their_beginning() -> None:
    with serving(ImapServer(*(b"x" * 400_000 for _ in range(5)))) as server:
        unread = opened(server, start_tls=False).fetch_unread(2)
    assert [len(raw) for raw in unread.messages.values()] == [262_144, 262_144]


async def test_the_doctor_opens_the_mailbox(settings: Settings) -> None:
    assert await check_bounces(settings) == []
    with serving(ImapServer()) as server:
        for port, folder, wrong in ((server.port, FOLDER, 0), (server.port, "None", 1), (nobody_listens(), FOLDER, 1)):
            bounces = Bounces.model_validate(
                {
                    "imap_host": "127.0.0.1",
                    "imap_port": port,
                    "start_tls": False,
                    "username": USERNAME,
                    "password": PASSWORD,
                    "folder": folder,
                }
            )
            found = await check_bounces(settings.model_copy(update={"bounces": bounces}))
            assert len(found) == wrong
            assert PASSWORD not in " ".join(found)
        assert not any(command.startswith("UID") for command in server.commands)
