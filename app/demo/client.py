"""A client of the API: a thin wrapper of httpx that knows the contract's conventions and checks each response."""

import json
from dataclasses import dataclass
from typing import Any, Self
from uuid import uuid4

import httpx

from app.demo.screen import Screen
from app.domain.json_values import JsonObject
from app.samples import SampleFile

_TIMEOUT_SECONDS = 30


class DemoFailed(Exception):
    """The demonstration cannot go on. The message says why; `problem` is the server's response, if there is one."""

    def __init__(self, sentence: str, problem: str | None = None) -> None:
        super().__init__(sentence)
        self.problem = problem


def require(holds: bool, otherwise: str) -> None:
    """Raise `DemoFailed` with the sentence `otherwise` unless `holds`."""
    if not holds:
        raise DemoFailed(otherwise)


@dataclass(frozen=True)
class Answer:
    """An expected response. `body` is empty unless it is a JSON object."""

    status: int
    body: JsonObject
    content: bytes
    headers: httpx.Headers

    @property
    def etag(self) -> str:
        """The version for the next If-Match."""
        return self.headers["ETag"]

    @property
    def replayed(self) -> bool:
        """True if the server replayed its first response to the same Idempotency-Key."""
        return "true" in self.headers.get_list("Idempotent-Replayed")


def connect(address: str) -> httpx.Client:
    """Open the connection pool that all callers share, across threads."""
    # The server is on the same machine: ignore any proxy of the environment.
    return httpx.Client(base_url=address, timeout=_TIMEOUT_SECONDS, trust_env=False)


class Caller:
    """One person or system, with a token once logged in."""

    def __init__(self, name: str, http: httpx.Client, screen: Screen, token: str | None = None) -> None:
        self.name = name
        self._http = http
        self._screen = screen
        self._authorization = {"Authorization": f"Bearer {token}"} if token else {}

    def with_token(self, token: str) -> Self:
        """Return the same caller, logged in."""
        return type(self)(self.name, self._http, self._screen, token)

    def says(self, text: str) -> None:
        """Print a line about this caller."""
        self._screen.line(self.name, text)

    def get(self, path: str, *, accept: str = "application/json", **query: str) -> Answer:
        """Read."""
        return self._send("GET", path, headers={"Accept": accept}, params=query)

    def post(
        self,
        path: str,
        body: JsonObject,
        *,
        on: str | None = None,
        key: str | None = None,
        expect: int | None = None,
        code: str | None = None,
    ) -> Answer:
        """Create, or take a step; the arguments are those of `change`."""
        return self.change("POST", path, body, on=on, key=key, expect=expect, code=code)

    def change(
        self,
        method: str,
        path: str,
        body: JsonObject | None,
        *,
        on: str | None = None,
        etag: str | None = None,
        key: str | None = None,
        expect: int | None = None,
        code: str | None = None,
    ) -> Answer:
        """Send a change. If-Match carries `etag`, or the current ETag of the resource `on`.

        A POST carries an Idempotency-Key: `key`, or a fresh one. `expect` is the status and `code` the problem code
        that must come back; without `expect` the change must succeed.
        """
        headers = self._if_match(on, etag) | _idempotency_key(method, key)
        content = {} if body is None else {"json": body}
        return self._send(method, path, expect, code, headers=headers, **content)

    def upload(self, method: str, path: str, file: SampleFile, *, note: str, on: str | None) -> Answer:
        """Send one file with a note beside it."""
        headers = self._if_match(on, None) | _idempotency_key(method, None)
        files = {"file": (file.filename, file.content, file.media_type)}
        return self._send(method, path, headers=headers, files=files, data={"note": note})

    def send_form(self, path: str, fields: dict[str, str]) -> Answer:
        """Send a form, as OAuth 2.0 defines it."""
        return self._send("POST", path, data=fields)

    def log_in(self, email: str, password: str) -> Answer | None:
        """Open a session; None if the server does not accept these log-in details."""
        body = {"email": email, "password": password}
        response = self._request("POST", "/v1/sessions", json=body)
        return None if response.status_code == 401 else self._judge(response, None, None)

    def _if_match(self, on: str | None, etag: str | None) -> dict[str, str]:
        if etag is None and on is not None:
            etag = self.get(on).etag
        return {} if etag is None else {"If-Match": etag}

    def _send(
        self, method: str, path: str, expect: int | None = None, code: str | None = None, **request: Any
    ) -> Answer:
        return self._judge(self._request(method, path, **request), expect, code)

    def _request(self, method: str, path: str, headers: dict[str, str] | None = None, **request: Any) -> httpx.Response:
        try:
            return self._http.request(method, path, headers=self._authorization | (headers or {}), **request)
        except httpx.HTTPError as error:
            raise DemoFailed(f"{self.name}: {method} {path} got no answer: {error}.") from error

    def _judge(self, response: httpx.Response, expect: int | None, code: str | None) -> Answer:
        is_json = response.headers.get("Content-Type", "").endswith("json")
        body = response.json() if is_json and response.content else {}
        as_expected = response.is_success if expect is None else response.status_code == expect
        if not as_expected or (code is not None and body.get("code") != code):
            wanted = "success" if expect is None else f"{expect} ({code})" if code else str(expect)
            request = f"{response.request.method} {response.request.url.path}"
            answer = json.dumps(body, indent=2, ensure_ascii=False) if body else response.text[:2000]
            raise DemoFailed(f"{self.name}: {request} answered {response.status_code}, expected {wanted}.", answer)
        return Answer(response.status_code, body, response.content, response.headers)


def _idempotency_key(method: str, key: str | None) -> dict[str, str]:
    return {"Idempotency-Key": key or str(uuid4())} if method == "POST" else {}
