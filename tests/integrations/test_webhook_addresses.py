"""Webhooks reach the public internet only, whatever a name leads to and however an address is spelt."""

import asyncio
import socket
from collections.abc import Sequence

import httpcore
import pytest

from app.integrations.webhooks import AddressRefused, Sender, Undelivered, require_outside, resolve
from app.integrations.webhooks.addresses import is_inside
from tests.receiver import receiving

INSIDE = [
    *("0.0.0.0", "10.0.0.7", "100.64.0.1", "127.0.0.1", "127.255.255.254", "169.254.169.254", "172.16.0.1"),
    *("192.0.2.1", "192.168.1.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "240.0.0.1"),
    *("255.255.255.255", "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "64:ff9b::7f00:1"),
    *("64:ff9b::808:808", "64:ff9b:1::1", "100::1", "2001:0:7f00:1::", "2001:db8::1", "2002:7f00:1::", "fc00::1"),
    *("fd00:ec2::254", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "3fff::1", "168.63.129.16"),
]
OUTSIDE = ["8.8.8.8", "93.184.215.14", "2606:4700::1111", "2a00:1450:4009:81f::200e"]


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_inside_is_none_of_a_receiver(address: str) -> None:
    assert is_inside(address)
    with pytest.raises(AddressRefused):
        require_outside([*OUTSIDE, address], loopback=False)


@pytest.mark.parametrize("address", OUTSIDE)
def test_an_address_of_the_internet_passes(address: str) -> None:
    assert require_outside([address], loopback=False) == [address]


def test_a_name_without_an_address_is_refused() -> None:
    with pytest.raises(AddressRefused):
        require_outside([], loopback=False)


@pytest.mark.parametrize("address", sorted(set(INSIDE) - {"127.0.0.1", "127.255.255.254", "::1"}))
def test_where_loopback_is_allowed_nothing_else_inside_is(address: str) -> None:
    assert require_outside(["127.0.0.1", "::1"], loopback=True)
    with pytest.raises(AddressRefused):
        require_outside([address], loopback=True)


SPELLINGS = ["127.1", "2130706433", "0x7f000001", "017700000001", "0", "localhost", "[::1]", "[::ffff:127.0.0.1]"]


@pytest.mark.parametrize("host", SPELLINGS)
async def test_another_spelling_of_this_machine_is_refused_before_a_packet_goes_out(host: str) -> None:
    sender = Sender()
    async with receiving() as receiver:
        with pytest.raises(Undelivered, match=r"public internet|no address"):
            await sender.send(f"http://{host}:{receiver.port}/hooks", {}, b"{}")
        assert receiver.calls == []
    await sender.close()


@pytest.mark.parametrize("host", SPELLINGS)
async def test_at_registration_the_same_spellings_are_looked_up_and_refused(host: str) -> None:
    try:
        found = await resolve(host.strip("[]"), 443)
    except OSError:
        return
    with pytest.raises(AddressRefused):
        require_outside(found, loopback=False)


async def test_a_name_that_leads_elsewhere_after_the_check_is_not_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """DNS rebinding: the first look-up says the internet, every later one this machine."""
    asked: list[str] = []
    connected: list[str] = []

    async def rebinding(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return ["93.184.215.14"] if len(asked) == 1 else ["127.0.0.1"]

    async def connect(_: object, address: str, *__: object) -> httpcore.AsyncNetworkStream:
        connected.append(address)
        raise httpcore.ConnectError("unreachable")

    monkeypatch.setattr(httpcore.AnyIOBackend, "connect_tcp", connect)
    sender = Sender(look_up=rebinding)
    with pytest.raises(Undelivered, match="unreachable"):
        await sender.send("https://rebinding.test/hooks", {}, b"{}")
    with pytest.raises(Undelivered, match="public internet"):
        await sender.send("https://rebinding.test/hooks", {}, b"{}")
    assert (asked, connected) == (["rebinding.test"] * 2, ["93.184.215.14"])
    await sender.close()


async def test_one_address_inside_among_several_is_enough_to_refuse() -> None:
    async def mixed(host: str, port: int) -> Sequence[str]:
        return ["93.184.215.14", "10.0.0.7"]

    sender = Sender(look_up=mixed)
    with pytest.raises(Undelivered, match="public internet"):
        await sender.send("https://mixed.test/hooks", {}, b"{}")
    await sender.close()


async def test_a_name_that_is_checked_is_the_address_that_is_connected_to() -> None:
    asked: list[str] = []

    async def here(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"]

    sender = Sender(look_up=here, loopback=True)
    async with receiving() as receiver:
        for _ in range(3):
            assert (await sender.send(f"http://receiver.test:{receiver.port}/hooks", {}, b"{}")).accepted
        assert {call.headers["host"] for call in receiver.calls} == {f"receiver.test:{receiver.port}"}
        # One connection serves them all.
        assert asked == ["receiver.test"]
    await sender.close()


async def test_an_address_that_does_not_answer_leaves_the_next_one() -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.2", 0))

        async def two(host: str, port: int) -> Sequence[str]:
            return ["127.0.0.2", "127.0.0.1"]

        sender = Sender(look_up=two, loopback=True)
        async with receiving() as receiver:
            assert (await sender.send(f"http://two.test:{receiver.port}/hooks", {}, b"{}")).accepted
        await sender.close()


async def test_a_look_up_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    async def hanging(*_: object) -> Sequence[str]:
        await asyncio.sleep(60)
        return []

    monkeypatch.setattr("app.integrations.webhooks.sender.TOTAL_SECONDS", 0.2)
    sender = Sender(look_up=hanging)
    with pytest.raises(Undelivered, match="15 seconds"):
        await sender.send("https://hanging.test/hooks", {}, b"{}")
    await sender.close()


async def test_no_proxy_of_the_environment_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    async with receiving() as proxy, receiving() as receiver:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        sender = Sender(loopback=True)
        assert (await sender.send(receiver.url, {}, b"{}")).accepted
        assert (len(receiver.calls), proxy.calls) == (1, [])
        await sender.close()
