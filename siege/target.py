"""What the hostile client has: an account, its application, and whatever such an account may reach."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from app.security.tokens import Claims, issue_access_token
from bench.load import Request
from bench.stage import SECRET
from faults.world import World


@dataclass(frozen=True)
class Target:
    """A server, and an account with an application in draft."""

    world: World
    port: int
    token: str
    application: UUID

    @property
    def address(self) -> str:
        """Its application."""
        return f"/v1/applications/{self.application}"

    def get(self, path: str, *, token: str = "", **headers: str) -> bytes:
        """A request to read."""
        return Request("GET", path, b"", self._headers(token, headers)).encoded()

    def send(self, method: str, path: str, body: bytes, kind: str = "application/json", **headers: str) -> bytes:
        """A request with a body."""
        return Request(method, path, body, {**self._headers("", headers), "Content-Type": kind}).encoded()

    def _headers(self, token: str, headers: dict[str, str]) -> dict[str, str]:
        named = {name.replace("_", "-").title(): value for name, value in headers.items()}
        return {"Authorization": f"Bearer {token or self.token}", **named}

    def upload(self, key: str, content: bytes) -> bytes:
        """A policy as an RTF file."""
        head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.rtf"\r\n'
        body = head + b"Content-Type: application/rtf\r\n\r\n" + content + b"\r\n--b--\r\n"
        kind = "multipart/form-data; boundary=b"
        return self.send("PUT", f"{self.address}/policies/{key}", body, kind, if_match="*")

    async def staff(self) -> str:
        """The token of a member of staff who may read every invoice, and is not the honest one."""
        return (await self.world.staff("quality_assurance_manager")).token

    async def system(self, scope: str) -> str:
        """The token of a new integration client."""
        client, now = uuid4(), datetime.now(UTC)
        async with self.world.connection() as connection:
            await connection.execute(
                "INSERT INTO integration_clients "
                "(id, version, name, scopes, secret_hash, secret_generation, created_at) "
                "VALUES ($1, 1, 'Hostile', $2, '', 1, $3)",
                client,
                [scope],
                now,
            )
        claims = Claims(client, None, 1, frozenset([scope]))
        return issue_access_token(SECRET, claims, now, timedelta(hours=1))


async def target(world: World, port: int) -> Target:
    """The second of the drafts and its super user; the first is the honest user's."""
    people, drafts = await world.super_users("draft", 2), await world.ids("draft", "id", 2)
    return Target(world, port, people[1].token, drafts[1])
