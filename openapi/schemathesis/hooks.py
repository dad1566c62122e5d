"""Schemathesis hooks for this API: sign in, use existing ids, and ignore expected failures.

The server must be a sandbox. The run creates an application there and works on it.
"""

import sys
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4
from zlib import crc32

import httpx
import schemathesis
from hypothesis import strategies as st
from schemathesis.core.parameters import ParameterLocation

# Schemathesis loads this file by path, so the repository's root is not on the module path.
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from app.domain.web_names import is_web_address
from app.schemas.formats import FORMATS
from openapi.schemathesis.exceptions import accepted
from openapi.schemathesis.principals import principal

_PDF = Path(__file__).with_name("sample.pdf").read_bytes()
_used: set[object] = set()

for _name, _format in FORMATS.items():
    _values = st.from_regex(_format.pattern) if _format.pattern else st.sampled_from(_format.samples)
    # Any line may be meant for a name, which is no web address.
    _values = _values if _format.pattern is None else _values.filter(lambda made: not is_web_address(made))
    schemathesis.openapi.format(_name, _values)
# The API inspects uploads, so it would refuse random bytes.
schemathesis.openapi.format("binary", st.just(_PDF))


class Sandbox:
    """An application on the server, with its people and staff."""

    def __init__(self, address: str) -> None:
        self._client = httpx.Client(base_url=address, trust_env=False, timeout=60)
        made = self._post("/v1/sandbox/applications", {"state": "ready_to_submit"})
        self._log_ins = {"user": made["user"], "super_user": made["super_user"], **made["staff"]}
        self.ids = {"application_id": made["id"], "centre_id": made["centre_id"]}

    def token(self, principal: str) -> str:
        """Start a session; return its access token."""
        who = self._log_ins[principal]
        return str(self._post("/v1/sessions", {name: who[name] for name in ("email", "password")})["access_token"])

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = self._client.post(path, json=body).raise_for_status().json()
        return answer


@cache
def _sandbox(address: str) -> Sandbox:
    return Sandbox(address)


def _of(case: Any) -> Sandbox:
    return _sandbox(case.operation.base_url.rstrip("/"))


def _principal(case: Any, _: object) -> str:
    return principal(case.operation.definition.raw) or ""


# A token lasts 15 minutes. After a 401, Schemathesis asks for a new one.
@schemathesis.auth(refresh_interval=600, cache_by_key=_principal)
class SignIn:
    """Sends the token of someone who may use the operation."""

    def get(self, case: Any, _: object) -> str | None:
        """Return the token, or None for a public operation."""
        name = principal(case.operation.definition.raw)
        return None if name is None else _of(case).token(name)

    def set(self, case: Any, token: str, _: object) -> None:
        """Add the token to the request."""
        case.headers["Authorization"] = f"Bearer {token}"


@schemathesis.hook
def before_call(_: object, case: Any, kwargs: dict[str, Any]) -> None:
    """Give each request a new idempotency key, and replace most generated ids with those of the application.

    One id in sixteen stays, to test unknown ids. Values that are invalid on purpose stay invalid.
    """
    if case.meta is None:
        return
    key = case.headers.get("Idempotency-Key")
    if key is not None and (key in _used or not case.meta.is_negative_at(ParameterLocation.HEADER)):
        # With a used key the server would replay the first response, or refuse the new content.
        case.headers["Idempotency-Key"] = key = str(uuid4())
    _used.add(key)
    if case.meta.phase.name.value == "stateful" or case.meta.is_negative_at(ParameterLocation.PATH):
        return
    for name, value in (case.path_parameters or {}).items():
        if name in _of(case).ids and crc32(str(value).encode("utf-8", "replace")) % 16:
            case.path_parameters[name] = _of(case).ids[name]


@schemathesis.hook
def filter_failure(_: object, failure: Any, case: Any, response: Any) -> bool:
    """Ignore a failure that an exception explains."""
    names = [parameter.name for parameter in case.operation.query]
    return not accepted(failure, case.operation.definition.raw["operationId"], names, response)
