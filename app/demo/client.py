"""Somebody who talks to the API: a thin wrapper of httpx that knows the contract's conventions and expects answers."""

import json
from dataclasses import dataclass
from typing import Any, Self
from uuid import uuid4

import httpx

from app.demo.screen import Screen
from app.samples import SampleFile

_TIMEOUT_SECONDS = 30


class DemoFailed(Exception):
    """The demonstration cannot go on; the message says why, and `problem` is what the server answered, if it did."""

    def __init__(self, sentence: str, problem: str | None = None) -> None:
        super().__init__(sentence)
        self.problem = problem


def demand(holds: bool, otherwise: str) -> None:
    """Raises `DemoFailed` with that sentence unless what the story relies on holds."""
    if not holds:
        raise DemoFailed(otherwise)


@dataclass(frozen=True)
class Answer:
    """What came back as it was expected; `body` is empty where it is no JSON object."""

    status: int
    body: dict[str, Any]
    content: bytes
    headers: httpx.Headers

    @property
    def etag(self) -> str:
        """The version that the next change has to name."""
        return self.headers["ETag"]

    @property
    def replayed(self) -> bool:
        """True where the server repeated its first answer to the same Idempotency-Key."""
        return "true" in self.headers.get_list("Idempotent-Replayed")


def connect(address: str) -> httpx.Client:
    """The connections that everybody shares; they may be used by several threads at once."""
    # A proxy of the environment has no business between this process and a server on the same machine.
    return httpx.Client(base_url=address, timeout=_TIMEOUT_SECONDS, trust_env=False)


class Caller:
    """One person or system: a name, and once logged in a token."""

    def __init__(self, name: str, http: httpx.Client, screen: Screen, token: str | None = None) -> None:
        self.name = name
        self._http = http
        self._screen = screen
        self._authorization = {"Authorization": f"Bearer {token}"} if token else {}

    def with_token(self, token: str) -> Self:
        """The same one, let in."""
        return type(self)(self.name, self._http, self._screen, token)

    def says(self, text: str) -> None:
        """Tell a step of this one's."""
        self._screen.line(self.name, text)

    def get(self, path: str, *, accept: str = "application/json", **query: str) -> Answer:
        """Read."""
        return self._send("GET", path, 200, headers={"Accept": accept}, params=query)

    def post(
        self,
        path: str,
        body: dict[str, Any],
        *,
        on: str | None = None,
        etag: str | None = None,
        key: str | None = None,
        expect: int = 201,
        code: str | None = None,
    ) -> Answer:
        """Create, or take a step; `on` is the resource whose current version the step names in If-Match.

        Every one carries an Idempotency-Key, of its own unless `key` repeats an earlier one. `expect` and `code` are
        the status and, for a refusal, the problem's code that has to come back.
        """
        headers = self._if_match(on, etag) | {"Idempotency-Key": key or str(uuid4())}
        return self._send("POST", path, expect, code, headers=headers, json=body)

    def change(
        self,
        method: str,
        path: str,
        body: dict[str, Any] | None,
        *,
        on: str | None = None,
        etag: str | None = None,
        expect: int = 200,
        code: str | None = None,
    ) -> Answer:
        """Change with PUT, PATCH or DELETE what `on` names, by default the path itself."""
        headers = self._if_match(on or path, etag)
        content = {} if body is None else {"json": body}
        return self._send(method, path, expect, code, headers=headers, **content)

    def upload(self, method: str, path: str, document: SampleFile, *, note: str, on: str, expect: int = 200) -> Answer:
        """Send one file with a note beside it."""
        headers = self._if_match(on, None)
        if method == "POST":
            headers["Idempotency-Key"] = str(uuid4())
        file = (document.filename, document.content, document.media_type)
        return self._send(method, path, expect, headers=headers, files={"file": file}, data={"note": note})

    def send_form(self, path: str, fields: dict[str, str]) -> Answer:
        """Send a form, as OAuth 2.0 has it."""
        return self._send("POST", path, 200, data=fields)

    def log_in(self, email: str, password: str) -> Answer | None:
        """Open a session; None where the server does not know these log-in details."""
        said = {"email": email, "password": password}
        response = self._request("POST", "/v1/sessions", json=said)
        return None if response.status_code == 401 else self._judge(response, 201, None)

    def _if_match(self, on: str | None, etag: str | None) -> dict[str, str]:
        if etag is None and on is not None:
            etag = self.get(on).etag
        return {} if etag is None else {"If-Match": etag}

    def _send(self, method: str, path: str, expect: int, code: str | None = None, **request: Any) -> Answer:
        return self._judge(self._request(method, path, **request), expect, code)

    def _request(self, method: str, path: str, headers: dict[str, str] | None = None, **request: Any) -> httpx.Response:
        try:
            return self._http.request(method, path, headers=self._authorization | (headers or {}), **request)
        except httpx.HTTPError as error:
            raise DemoFailed(f"{self.name}: {method} {path} got no answer: {error}.") from error

    def _judge(self, response: httpx.Response, expect: int, code: str | None) -> Answer:
        is_json = response.headers.get("Content-Type", "").endswith("json")
        body = response.json() if is_json and response.content else {}
        if response.status_code != expect or (code is not None and body.get("code") != code):
            wanted = f"{expect} ({code})" if code else str(expect)
            asked = f"{response.request.method} {response.request.url.path}"
            said = json.dumps(body, indent=2, ensure_ascii=False) if body else response.text[:2000]
            raise DemoFailed(f"{self.name}: {asked} answered {response.status_code} in the place of {wanted}.", said)
        return Answer(response.status_code, body, response.content, response.headers)
