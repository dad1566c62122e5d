"""Client of the served landscape: credentials, ids and ETags for each operation."""

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

import httpx

from tests.contract.operations import Operation, operations, tagged_by
from tests.contract.who_may import PRINCIPALS, WHO_MAY, expected

ROOT = Path(__file__).parents[2]


class ServedLandscape:
    """A running server. `reset()` restores the landscape."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        hello = json.loads(self._line())
        self.address: str = hello["address"]
        self.logins: dict[str, dict[str, str]] = hello["logins"]
        self.ids: dict[str, str] = hello["ids"]
        self.others: dict[str, str] = hello["others"]
        self.operations: dict[str, Operation] = {found.id: found for found in operations()}
        self._walkers: dict[str, dict[str, str]] = {}
        """The credentials of those whom the sandbox has made, by the ids of what is theirs."""
        self._client = httpx.Client(base_url=self.address, trust_env=False, timeout=60)

    def reset(self) -> None:
        """Restore the initial landscape."""
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        assert self._line() == "ready"
        self._walkers = {}

    def sign_in(self, log_in: dict[str, str], ids: Iterable[str]) -> None:
        """Continue as a person whom the sandbox has just created, on their ids."""
        given = {"email": log_in["email"], "password": log_in["password"]}
        answer = self._client.post("/v1/sessions", json=given, timeout=60).raise_for_status()
        headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}
        self._walkers |= dict.fromkeys(ids, headers)

    def _line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline().strip()
        assert line, "the served landscape has ended; its last words are above"
        return line

    def principal(self, operation: str, *, walking: bool) -> str:
        """The permitted principal with the fewest other rights. On a walk, the other centre if permitted, because it
        has no application yet."""
        if operation not in WHO_MAY:
            return "anonymous"
        if walking and expected(operation)["super_user"] == "+":
            return "other_super_user"
        return next(name for name in reversed(PRINCIPALS) if expected(operation)[name] == "+")

    def headers(self, operation: str, *, walking: bool, of: Mapping[str, Any] = MappingProxyType({})) -> dict[str, str]:
        """Credentials for the operation on the given path values; empty for a public operation."""
        principal = self.principal(operation, walking=walking)
        if walking and principal == "other_super_user":
            for value in of.values():
                if str(value) in self._walkers:
                    return dict(self._walkers[str(value)])
        return dict(self.logins.get(principal, {}))

    def path_values(self, operation: str, names: Iterator[str] | list[str], *, walking: bool) -> dict[str, str]:
        """Existing values for the path parameters."""
        known = self.ids | (self.others if walking else {})
        path = self.operations[operation].path
        if "{action_id}" in path or operation == "listActions":
            known = known | {"application_id": self.ids["accepted_application_id"]}
        if operation == "verifyCertificate":
            known = known | {"number": self.ids["certificate"]}
        if operation == "compareSubmissions":
            known = known | {"number": "2"}
        return {name: known[name] for name in names if name in known}

    def entity_tag(self, operation: str, values: dict[str, Any], headers: dict[str, str]) -> str | None:
        """The current ETag of the resource, if the caller can read it."""
        address = tagged_by(self.operations[operation]).format_map(values)
        answer = self._client.get(address, headers=headers)
        if answer.status_code != 200:
            return None
        found = answer.json()
        if "items" not in found:
            own: str | None = answer.headers.get("etag")
            return own
        # A list item has no read operation; it carries its ETag.
        tags = [item["etag"] for item in found["items"] if item.get("id") in values.values() and "etag" in item]
        return next(iter(tags), None)

    def close(self) -> None:
        """End the server."""
        self._client.close()
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(30)
        if self._process.stdout is not None:
            self._process.stdout.close()


@contextmanager
def served(server_url: str, folder: Path) -> Iterator[ServedLandscape]:
    """Serve a separate landscape on the PostgreSQL server, with its documents in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.fuzz.served", server_url, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    try:
        opened = ServedLandscape(process)
        yield opened
        opened.close()
    finally:
        process.kill()
        process.wait(30)
