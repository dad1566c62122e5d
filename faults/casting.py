"""The people of the sandbox, who play the acts of the story over HTTP; blocking, for Hypothesis."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import httpx

from app.services.story.script import Act, Part, Scene, Step


class Refused(Exception):
    """A step was refused; holds the status and the problem's code."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(f"{status} {code}")
        self.status = status


class Cast:
    """Signs in whoever has to act, and again when a token has expired."""

    def __init__(self, http: httpx.Client, people: Mapping[Part, Mapping[str, str]]) -> None:
        self._http = http
        self._people = people
        self._tokens: dict[Part, str] = {}

    def play(self, act: Act, scene: Scene) -> None:
        """Play an act, with the current ETags. Raises `Refused`."""
        script = act(scene)
        try:
            step = next(script)
            while True:
                step = script.send(self._take(step, scene))
        except StopIteration:
            return

    def _take(self, step: Step, scene: Scene) -> dict[str, Any]:
        ids = scene.ids | dict(step.ids)
        headers = {"Idempotency-Key": uuid4().hex} if step.operation.method == "POST" else {}
        if step.operation.match is not None:
            headers["If-Match"] = "*"
        body: dict[str, Any] = {} if step.operation.method == "GET" else {"json": step.body}
        if step.file is not None:
            file = (step.file.filename, step.file.content, step.file.media_type)
            body = {"data": step.body, "files": {"file": file}}
        return self.ask(step.part, step.operation.method, step.operation.path.format_map(ids), headers=headers, **body)

    def ask(self, part: Part, method: str, path: str, **request: Any) -> dict[str, Any]:
        """Send a request as this part. Raises `Refused`, and `AssertionError` for a fault of the server."""
        answer = self._ask(part, method, path, **request)
        if answer.status_code == 401:
            self._tokens.pop(part)
            answer = self._ask(part, method, path, **request)
        assert answer.status_code < 500, f"{method} {path}: {answer.status_code} {answer.text[:300]}"
        if not answer.is_success:
            raise Refused(answer.status_code, answer.json()["code"])
        found: dict[str, Any] = answer.json() if answer.content else {}
        return found

    def _ask(self, part: Part, method: str, path: str, **request: Any) -> httpx.Response:
        if part not in self._tokens:
            person = self._people[part]
            given = {"email": person["email"], "password": person["password"]}
            self._tokens[part] = self._http.post("/v1/sessions", json=given).raise_for_status().json()["access_token"]
        headers = {**request.pop("headers", {}), "Authorization": f"Bearer {self._tokens[part]}"}
        return self._http.request(method, path, headers=headers, **request)
