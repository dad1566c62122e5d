"""Sign in, add second factors and prove them over HTTP, for tests."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pyotp

from tests.authenticator import Authenticator
from tests.clock import MovableClock
from tests.world import PASSWORD

FACTORS = "/v1/me/second-factors"
HERE = "/v1/sessions/current"


@dataclass
class Signer:
    """A person in one session, with the secret of their app once they have added one."""

    client: httpx.AsyncClient
    clock: MovableClock
    email: str
    tokens: Mapping[str, Any]
    secret: str = ""
    recovery_codes: tuple[str, ...] = ()

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.tokens['access_token']}"}

    async def ask(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        """Send a request in this session."""
        return await self.client.request(method, path, json=body, headers=self.headers | headers)

    async def post(self, path: str, body: Any = None) -> httpx.Response:
        return await self.ask("POST", path, body)

    async def code_of(self, path: str, method: str = "GET") -> tuple[int, str]:
        """The status, and the code of the refusal."""
        answer = await self.ask(method, path)
        return answer.status_code, answer.json().get("code", "") if answer.content else ""

    def code(self, steps: int = 0) -> str:
        """What the app shows, so many time steps from now."""
        return pyotp.TOTP(self.secret).at(self.clock() + steps * timedelta(seconds=30))

    async def start_totp(self) -> None:
        answer = await self.post(f"{FACTORS}/totp", {"name": "Work phone"})
        assert answer.status_code == 200, answer.text
        self.secret = answer.json()["secret"]

    async def add_totp(self) -> dict[str, Any]:
        """Add an app. Its code of this time step is used up."""
        await self.start_totp()
        answer = await self.post(f"{FACTORS}/totp/confirmation", {"code": self.code()})
        return self.take(answer)

    async def add_passkey(self, authenticator: Authenticator) -> dict[str, Any]:
        """Add a passkey."""
        options = (await self.post(f"{FACTORS}/passkey-registrations")).json()
        return self.take(await self.post(f"{FACTORS}/passkeys", authenticator.register(options)))

    def take(self, answer: httpx.Response) -> dict[str, Any]:
        """Use the session's new tokens and the recovery codes of an added factor."""
        assert answer.status_code == 201, answer.text
        added: dict[str, Any] = answer.json()
        self.tokens = added["session"]
        self.recovery_codes = tuple(added["recovery_codes"] or self.recovery_codes)
        return added

    async def prove(self, code: str) -> httpx.Response:
        return await self.post(f"{HERE}/code-verifications", {"code": code})

    async def again(self) -> "Signer":
        """The same person signed in once more."""
        found = await sign_in(self.client, self.clock, self.email)
        found.secret, found.recovery_codes = self.secret, self.recovery_codes
        return found


async def sign_in(client: httpx.AsyncClient, clock: MovableClock, email: str) -> Signer:
    """Sign in with the password of every person of a test."""
    answer = await client.post("/v1/sessions", json={"email": email, "password": PASSWORD})
    assert answer.status_code == 201, answer.text
    return Signer(client, clock, email, answer.json())
