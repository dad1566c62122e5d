"""The open connections by network: one network keeps its share, and what it leaves idle gives way to what it opens.

A proxy does this better, because it can keep more connections and knows them all (decision 17). This keeps a server
without one open to everybody else.
"""

from collections.abc import Collection
from ipaddress import ip_address, ip_network
from typing import Protocol

from app.http.shares import Shares
from app.services.rate_limits import network_of

CONNECTIONS_OF_A_NETWORK = 512
# Descriptors for the database, the store and files.
RESERVED_FILES = 256


class Member(Protocol):
    """A connection."""

    @property
    def idle(self) -> bool:
        """True while no request is under way on it."""

    def drop(self) -> None:
        """Close it at once; its `leave` follows now or a moment later."""


class Crowd:
    """The connections of one process. Those of a trusted proxy have no share: it counts its callers itself."""

    def __init__(self, at_once: int, trusted: Collection[str] = ()) -> None:
        self._shares = Shares(at_once, CONNECTIONS_OF_A_NETWORK)
        self._all_trusted = "*" in trusted
        self._trusted = [ip_network(one, strict=False) for one in trusted if one != "*"]
        self._members: dict[str, dict[Member, None]] = {}

    def join(self, member: Member, address: str | None) -> str | None:
        """Count the connection, and close the one of its network that has been idle longest where that has its share.

        Return the network to `leave` with; None for one that is not counted, or was dropped itself.
        """
        if self._is_trusted(address):
            return None
        network = network_of(address)
        own = self._members.setdefault(network, {})
        own[member] = None
        if not self._shares.take(network):
            oldest = next((one for one in own if one is not member and one.idle), member)
            del own[oldest]
            oldest.drop()
            if oldest is member:
                return None
        return network

    def seen(self, member: Member, network: str) -> None:
        """Note that the connection has just been of use: others of its network give way first."""
        own = self._members.get(network, {})
        if own.pop(member, member) is None:
            own[member] = None

    def leave(self, member: Member, network: str) -> None:
        """Count the connection no more."""
        own = self._members.get(network, {})
        # One that has given way has passed its share on.
        if own.pop(member, member) is None:
            self._shares.leave(network)
            if not own:
                del self._members[network]

    def _is_trusted(self, address: str | None) -> bool:
        if self._all_trusted:
            return True
        try:
            parsed = ip_address(address or "")
        except ValueError:
            return False
        return any(parsed in network for network in self._trusted)
