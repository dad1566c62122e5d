"""The clamd client against a real daemon: every fault first, then its verdicts."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from app.integrations.virus_scan import CannotScan, Clamd, ScannerFault, ScannerUnavailable, clamd
from app.places import OURSELVES, caller
from app.settings import ClamdAddress
from tests.scanner import EICAR, STREAM_LIMIT, VIRUS, Daemon, answering, infected_docx, infected_pdf


async def _pieces(content: bytes, size: int = 65_536) -> AsyncIterator[bytes]:
    for at in range(0, len(content), size):
        yield content[at : at + size]


def _client(address: ClamdAddress) -> Clamd:
    return Clamd(address.host, address.port, address.socket)


async def test_a_daemon_that_is_down_is_unavailable(scanner: Daemon) -> None:
    with pytest.raises(ScannerUnavailable):
        await _client(scanner.address).scan(_pieces(b"hello"))
    with pytest.raises(ScannerUnavailable):
        await Clamd(None, 0, scanner.socket).scan(_pieces(b"hello"))


async def test_a_daemon_that_hangs_is_given_up(scanner: Daemon) -> None:
    scanner.start()
    scanner.freeze()
    with pytest.raises(ScannerUnavailable, match=r"within 0\.3 seconds"):
        await _client(scanner.address).scan(_pieces(b"hello"), seconds=0.3)
    scanner.thaw()
    assert await _client(scanner.address).scan(_pieces(b"hello")) is None


async def test_a_daemon_killed_in_the_middle_is_unavailable(scanner: Daemon) -> None:
    scanner.start()

    async def content() -> AsyncIterator[bytes]:
        yield b"first"
        scanner.kill()
        yield b"second"
        await asyncio.sleep(0.05)
        yield b"third"

    with pytest.raises(ScannerUnavailable):
        await _client(scanner.address).scan(content())


@pytest.mark.parametrize("size", [1_000, 65_536, 4_000_000])
@pytest.mark.parametrize("by_socket", [False, True])
async def test_a_file_above_the_daemons_limit_cannot_be_scanned(
    shared_scanner: Daemon, size: int, by_socket: bool
) -> None:
    """The daemon answers before it has heard everything, and hangs up."""
    client = Clamd(None, 0, shared_scanner.socket) if by_socket else _client(shared_scanner.address)
    for _ in range(5):
        with pytest.raises(CannotScan, match="StreamMaxLength"):
            await client.scan(_pieces(bytes(4 * STREAM_LIMIT), size))


@pytest.mark.parametrize("words", [b"stream: Can't allocate memory ERROR\0", b"what?\0", b"\0", b"OK\0"])
async def test_an_error_may_pass(words: bytes) -> None:
    async with answering(words) as address:
        with pytest.raises(ScannerFault):
            await _client(address).scan(_pieces(b"hello"))


@pytest.mark.parametrize("words", [b"", b"stream: OK", b"x" * 100_000])
async def test_an_answer_without_an_end_is_none(words: bytes) -> None:
    async with answering(words) as address:
        with pytest.raises(ScannerUnavailable):
            await _client(address).scan(_pieces(b"hello"))


async def test_a_heuristic_is_a_suspicion(shared_scanner: Daemon) -> None:
    async with answering(b"stream: Heuristics.Encrypted.PDF FOUND\0") as address:
        with pytest.raises(CannotScan, match=r"Heuristics\.Encrypted\.PDF"):
            await _client(address).scan(_pieces(b"hello"))


async def test_what_a_daemon_says_is_made_harmless() -> None:
    async with answering(b"stream: Win\r\n.\x1b[31mRed" + b"d" * 500 + b" FOUND\0") as address:
        found = await _client(address).scan(_pieces(b"hello"))
    assert found is not None
    assert found.isprintable()
    assert len(found) <= 100


async def test_nobody_waits_for_a_daemon_that_was_down_a_moment_ago(
    scanner: Daemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clamd, "AT_ONCE_SECONDS", 0.5)
    scanner.start()
    scanner.freeze()
    client = _client(scanner.address)
    with pytest.raises(ScannerUnavailable):
        await client.scan_at_once(_pieces(b"hello"))
    scanner.thaw()
    began = time.process_time()
    with pytest.raises(ScannerUnavailable, match="a moment ago"):
        await client.scan_at_once(_pieces(b"hello"))
    assert time.process_time() - began < 0.4
    monkeypatch.setattr(clamd, "monotonic", lambda: time.monotonic() + clamd.REST_SECONDS)
    assert await client.scan_at_once(_pieces(b"hello")) is None


@asynccontextmanager
async def _counting() -> AsyncIterator[tuple[Clamd, list[int]]]:
    """A scanner that takes a moment for each file, and how many connections were open at each."""
    open_now, seen = 0, []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal open_now
        open_now += 1
        seen.append(open_now)
        await reader.readuntil(b"\0\0\0\0")
        await asyncio.sleep(0.01)
        open_now -= 1
        writer.write(b"stream: OK\0")
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        yield Clamd("127.0.0.1", server.sockets[0].getsockname()[1], None), seen


async def test_connections_are_bounded() -> None:
    """The other jobs wait in line, and are scanned too."""
    token = caller.set(OURSELVES)
    async with _counting() as (client, seen):
        assert await asyncio.gather(*(client.scan(_pieces(b"hello")) for _ in range(40))) == [None] * 40
    caller.reset(token)
    assert max(seen) == 4


async def test_a_caller_with_too_many_files_is_put_off_and_others_are_not() -> None:
    async def upload() -> str:
        try:
            return str(await client.scan_at_once(_pieces(b"hello")))
        except ScannerUnavailable as error:
            return str(error)

    async with _counting() as (client, _):
        token = caller.set("somebody")
        answers = await asyncio.gather(*(upload() for _ in range(30)))
        caller.set("somebody else")
        assert await upload() == "None"
        caller.reset(token)
    assert set(answers) == {"None", "too many files wait for it"}


@pytest.mark.parametrize("content", [b"", b"hello", bytes(STREAM_LIMIT)])
async def test_a_clean_file(shared_scanner: Daemon, content: bytes) -> None:
    before = clamd.OUTCOMES["clean"]
    assert await _client(shared_scanner.address).scan(_pieces(content)) is None
    assert await Clamd(None, 0, shared_scanner.socket).scan(_pieces(content)) is None
    assert clamd.OUTCOMES["clean"] == before + 2


@pytest.mark.parametrize("content", [EICAR.encode(), infected_pdf(), infected_docx()])
@pytest.mark.parametrize("size", [1, 64, 65_536])
async def test_an_infected_file(shared_scanner: Daemon, content: bytes, size: int) -> None:
    assert await _client(shared_scanner.address).scan(_pieces(content, size)) == VIRUS


async def test_the_daemon_says_its_version(shared_scanner: Daemon) -> None:
    assert (await _client(shared_scanner.address).version()).startswith("ClamAV ")
