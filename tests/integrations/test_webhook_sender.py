"""A receiver that answers anything costs one attempt: little is read, nothing is followed, and every wait ends."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.integrations.webhooks import HEAD_OF_ANSWER, Sender, Undelivered
from tests.certificates import self_signed
from tests.receiver import Call, receiving, reply


@pytest.fixture
async def sender() -> AsyncIterator[Sender]:
    opened = Sender(loopback=True)
    yield opened
    await opened.close()


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for a fraction of the time, as long as that shows the same."""
    monkeypatch.setattr("app.integrations.webhooks.sender.TOTAL_SECONDS", 0.5)
    monkeypatch.setattr("app.integrations.webhooks.sender._TIMES", {"connect": 0.3, "read": 0.3, "write": 0.3})


async def test_the_body_and_headers_arrive_as_they_are(sender: Sender) -> None:
    async with receiving(lambda _: reply(200, b"thanks")) as receiver:
        said = await sender.send(receiver.url, {"webhook-id": "x", "content-type": "application/json"}, b'{"a": 1}')
        assert (said.accepted, said.status, said.body, said.retry_after) == (True, 200, "thanks", None)
        (call,) = receiver.calls
        assert (call.line, call.body) == ("POST /hooks HTTP/1.1", b'{"a": 1}')
        assert call.headers["webhook-id"] == "x"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_not_followed(sender: Sender, status: int) -> None:
    async with receiving() as inside, receiving(lambda _: reply(status, location=inside.url)) as receiver:
        said = await sender.send(receiver.url, {}, b"{}")
        assert (said.accepted, said.status, inside.calls) == (False, status, [])


async def test_of_ten_gigabytes_four_kilobytes_are_read(sender: Sender) -> None:
    sent = 0

    async def huge(call: Call) -> None:
        nonlocal sent
        call.writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 10000000000\r\n\r\n")
        while True:
            call.writer.write(b"x" * 65_536)
            sent += 65_536
            await call.writer.drain()

    async with receiving(huge) as receiver:
        said = await sender.send(receiver.url, {}, b"{}")
        assert (said.accepted, said.body) == (True, "x" * HEAD_OF_ANSWER)
        _, still_open = await asyncio.wait(receiver.connections, timeout=5)
        assert not still_open
    assert sent < 100_000_000


@pytest.mark.usefixtures("hasty")
async def test_a_receiver_that_says_nothing_is_given_up(sender: Sender) -> None:
    async with receiving(lambda _: asyncio.sleep(60)) as receiver:
        with pytest.raises(Undelivered, match="no answer"):
            await sender.send(receiver.url, {}, b"{}")


@pytest.mark.usefixtures("hasty")
async def test_a_drip_ends(sender: Sender) -> None:
    """Each byte comes in time, and the answer never ends: the status counts where it came."""

    async def drip(call: Call, head: bytes) -> None:
        call.writer.write(head)
        while True:
            call.writer.write(b"x")
            await call.writer.drain()
            await asyncio.sleep(0.05)

    async with receiving(lambda call: drip(call, b"HTTP/1.1 500 No\r\ncontent-length: 9000\r\n\r\n")) as receiver:
        assert (await sender.send(receiver.url, {}, b"{}")).status == 500
    async with receiving(lambda call: drip(call, b"HTTP/1.1 200 OK\r\nx: ")) as receiver:
        with pytest.raises(Undelivered, match="15 seconds"):
            await sender.send(receiver.url, {}, b"{}")


async def test_headers_without_an_end_are_given_up(sender: Sender) -> None:
    async def endless(call: Call) -> None:
        call.writer.write(b"HTTP/1.1 200 OK\r\n")
        while True:
            call.writer.write(b"x-more: and more\r\n" * 1000)
            await call.writer.drain()

    async with receiving(endless) as receiver:
        with pytest.raises(Undelivered):
            await sender.send(receiver.url, {}, b"{}")


@pytest.mark.parametrize("nonsense", [b"", b"SSH-2.0-x\r\n", b"HTTP/1.1 999999 No\r\n\r\n", b"\x00" * 64 + b"\r\n\r\n"])
async def test_what_is_no_answer_is_an_attempt_that_failed(sender: Sender, nonsense: bytes) -> None:
    async def say(call: Call) -> None:
        call.writer.write(nonsense)

    async with receiving(say) as receiver:
        with pytest.raises(Undelivered) as found:
            await sender.send(receiver.url, {}, b"{}")
    assert str(found.value)


async def test_nobody_listens(sender: Sender) -> None:
    async with receiving() as receiver:
        url = receiver.url
    with pytest.raises(Undelivered):
        await sender.send(url, {}, b"{}")


async def test_text_that_no_database_stores_is_replaced(sender: Sender) -> None:
    async with receiving(lambda _: reply(200, b"a\x00b\xff")) as receiver:
        assert (await sender.send(receiver.url, {}, b"{}")).body == "a\ufffdb\ufffd"


async def test_retry_after_is_told(sender: Sender) -> None:
    async with receiving(lambda _: reply(503, retry_after="120")) as receiver:
        assert (await sender.send(receiver.url, {}, b"{}")).retry_after == "120"


async def test_the_name_is_verified_although_the_address_is_connected_to(tmp_path: Path) -> None:
    certificate, key = self_signed(tmp_path)
    served = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    served.load_cert_chain(certificate, key)
    trusted = ssl.create_default_context(cafile=certificate)

    async def here(host: str, port: int) -> list[str]:
        return ["127.0.0.1"]

    async with receiving(ssl=served) as receiver:
        right = Sender(loopback=True, look_up=here, trusted=trusted)
        assert (await right.send(f"https://localhost:{receiver.port}/", {}, b"{}")).accepted
        with pytest.raises(Undelivered, match="certificate"):
            await right.send(f"https://other.test:{receiver.port}/", {}, b"{}")
        await right.close()
        stranger = Sender(loopback=True, look_up=here)
        with pytest.raises(Undelivered, match="certificate"):
            await stranger.send(f"https://localhost:{receiver.port}/", {}, b"{}")
        await stranger.close()
        assert len(receiver.calls) == 1
