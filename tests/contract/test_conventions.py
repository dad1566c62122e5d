"""The contract's conventions, on every operation that they apply to."""

import json
import re

import pytest
from sqlalchemy import text

from app.domain.actors import Scope
from tests.contract.asking import NEVER, ask, product, writes
from tests.contract.landscape import Landscape, path_of
from tests.contract.operations import methods_at, operation


async def test_every_operation_but_the_public_ones_needs_a_token(landscape: Landscape) -> None:
    """401 with the challenge of RFC 6750; a malformed token is `invalid_token`."""
    for op in product():
        if op.access.permission is None:
            continue
        answer = await ask(landscape, op, who="anonymous")
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer"), op.id
        answer = await ask(landscape, op, who="anonymous", headers={"Authorization": "Bearer nonsense"})
        assert answer.status_code == 401, op.id
        assert 'error="invalid_token"' in answer.headers["www-authenticate"], op.id


async def test_a_client_is_refused_outside_its_networks(landscape: Landscape) -> None:
    """By every operation that asks who calls, whatever the client's scopes and whatever is there."""
    async with landscape.database.transaction() as session:
        await session.execute(text("UPDATE integration_clients SET networks = '{203.0.113.0/24}'"))
    for op in product():
        if op.access.permission is not None:
            answer = await ask(landscape, op, who=Scope.INVOICES_READ.value)
            assert (answer.status_code, answer.json()["code"]) == (403, "network_not_allowed"), op.id


async def test_an_unsupported_media_type_is_415(landscape: Landscape) -> None:
    """The response lists the supported types. A charset other than UTF-8 is unsupported too."""
    for op in product():
        if not op.media_types:
            continue
        own = min(op.media_types)
        for media_type in ("", "text/plain", f"{own}; charset=latin-1", f"{own}, {own}"):
            headers = {"Content-Type": media_type} if media_type else {}
            answer = await ask(landscape, op, content=b"{}", headers=headers)
            assert answer.status_code == 415, (op.id, media_type, answer.text)
            assert answer.headers["accept-patch" if op.method == "PATCH" else "accept-post"], op.id
        packed = {"Content-Type": own, "Content-Encoding": "gzip"}
        answer = await ask(landscape, op, content=b"{}", headers=packed)
        assert (answer.status_code, answer.headers["accept-encoding"]) == (415, "identity"), op.id


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Content-Type": "application"}, 415),
        ({"Content-Type": "application/vnd.api+json"}, 415),
        ({"Content-Type": "application/json; charset=utf-16"}, 415),
        ({"Content-Type": 'application/json; charset="iso-8859-1"'}, 415),
        ({"Content-Type": "application/json; charset=no-such-charset"}, 415),
        ({"Content-Type": "application/json", "Content-Encoding": "br"}, 415),
        ({"Content-Type": "application/json", "Content-Encoding": "gzip, identity"}, 415),
        ({"Content-Type": "application/json", "Content-Encoding": "Identity"}, 428),
        ({"Content-Type": "Application/JSON"}, 428),
        ({"Content-Type": 'application/json;charset="UTF-8"'}, 428),
        ({"Content-Type": "application/merge-patch+json; charset=utf-8"}, 428),
    ],
)
async def test_json_media_types_and_charsets(landscape: Landscape, headers: dict[str, str], status: int) -> None:
    """UTF-8 under any name, uncompressed. An accepted body gets 428, the next check."""
    answer = await ask(landscape, operation("updateMe"), content=b"{}", headers=headers)
    assert answer.status_code == status, answer.text


@pytest.mark.parametrize("never", [NEVER, "not-an-id", "7", NEVER.upper() + "0", "{" + NEVER + "}"])
async def test_an_unknown_id_is_404(landscape: Landscape, never: str) -> None:
    """Every id of every path, one at a time. A finance system has any name, and one that knows nothing forgets it."""
    for op in product():
        for name in re.findall(r"{(\w+)}", op.path):
            answer = await ask(landscape, op, path_of(landscape, op.id, op.path, **{name: never}))
            if name in ("group", "key", "number", "code", "session", "system") and answer.status_code == 415:
                continue
            if name == "system" and "{" not in never:
                assert answer.status_code == 204, (op.id, never, answer.text)
                continue
            assert answer.status_code == 404, (op.id, name, never, answer.text)


async def test_an_unsupported_method_is_405_with_allow(landscape: Landscape) -> None:
    """For every address and unsupported method, including `OPTIONS`. `Allow` lists exactly the supported methods,
    although `refresh` also matches the pattern of a session's id."""
    tried = 0
    for path in {op.path for op in product()}:
        address = path_of(landscape, "", path)
        methods = methods_at(path)
        methods |= {"HEAD"} if "GET" in methods else set()
        for method in {"GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE", "TRACE", "PROPFIND"} - methods:
            answer = await landscape.client.request(method, address, headers=landscape.headers("super_user"))
            assert answer.status_code == 405, (method, path, answer.text)
            assert {name.strip() for name in answer.headers["allow"].split(",")} == methods, path
            assert answer.headers["content-type"] == "application/problem+json", path
            assert method == "HEAD" or answer.json()["code"] == "method_not_allowed", path
            tried += 1
    assert tried > 400


async def test_a_request_id_is_echoed_and_a_malformed_one_replaced(landscape: Landscape) -> None:
    """In the header and in the problem. An id that could forge a log line is not echoed."""
    for op in product():
        answer = await ask(landscape, op, who="anonymous", headers={"X-Request-Id": "mine-1.2_3"})
        assert answer.headers["x-request-id"] == "mine-1.2_3", op.id
    me = operation("getMe")
    for malformed in ("", "a b", "x" * 129, "a\tb", 'a"b', "é"):
        answer = await ask(landscape, me, headers={"X-Request-Id": malformed.encode("latin-1")})
        assert answer.headers["x-request-id"] != malformed
        assert len(answer.headers["x-request-id"]) == 36


async def test_an_error_never_echoes_the_input(landscape: Landscape) -> None:
    """Passwords and other secrets stay out of responses, whatever field they were sent in."""
    secret = "Sesame-open-0451"
    for op in writes():
        answer = await ask(
            landscape,
            op,
            content=json.dumps({"password": {secret: secret}, "email": [secret]}),
            headers={"Content-Type": "application/json"},
        )
        assert secret not in answer.text.replace(f"/password/{secret}", ""), (op.id, answer.text)
