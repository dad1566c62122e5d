"""Hostile bodies and keys on every operation: the documented problem, never a fault, and nothing changed or echoed."""

import json
from typing import Any

from sqlalchemy import func, select

from app.models import Event
from tests.contract.asking import ask, product, valid_body, writes
from tests.contract.landscape import Landscape, path_of
from tests.integrations.file_samples import pdf

# Not JSON according to RFC 8259: 400.
NO_JSON = {
    "broken": b'{"a": ',
    "nan": b'{"a": NaN}',
    "infinity": b'{"a": -Infinity}',
    "twice": b'{"a": 1, "a": 2}',
    "utf16": '{"a": "b"}'.encode("utf-16"),
    "latin1": '{"a": "é"}'.encode("latin-1"),
    "overlong": b'{"a": "\xc0\xaf"}',
    "mark": b'\xef\xbb\xbf{"a": 1}',
    "huge": b'{"a": ' + b"9" * 5_000 + b"}",
    "two": b"{}{}",
    "comment": b'{"a": 1} // nothing',
    "single": b"{'a': 1}",
    "control": b'{"a": "\x01"}',
    "many": json.dumps({f"n{number}": 1 for number in range(300)}).encode(),
    "empty": b"",
    "form": b"a=1&b=2",
}
# JSON but not a valid body: 422. The parser may limit the depth.
NOT_THE_BODY = {
    "surrogate": b'{"a": "\\ud800"}',
    "surrogate_name": b'{"\\ud800": 1}',
    "nul": b'{"a": "\\u0000"}',
    "nul_name": b'{"\\u0000": 1}',
    "exponent": b'{"a": 1e400}',
    "negative_zero": b'{"a": -0.0}',
    "prototype": b'{"__proto__": {"admin": true}, "constructor": 1}',
    "list": b"[]",
    "null": b"null",
    "true": b"true",
    "number": b"7",
    "text": b'"text"',
}
DEEP = (b"[" * 10_000 + b"]" * 10_000, b'{"a":' * 5_000 + b"1" + b"}" * 5_000)
JSON = {"Content-Type": "application/json"}
# Wrong for a member of any type.
WRONG: tuple[Any, ...] = ({"no": {"such": "member"}}, 10**400, "\x00\ud800", [[[]]], -1.5e300)


async def recorded(landscape: Landscape) -> int:
    async with landscape.database.transaction() as session:
        return await session.scalar(select(func.count()).select_from(Event)) or 0


async def test_malformed_json_is_400_and_an_invalid_body_422(landscape: Landscape) -> None:
    before = await recorded(landscape)
    for op in writes():
        for name, body in NO_JSON.items():
            answer = await ask(landscape, op, content=body, headers=JSON)
            assert answer.status_code == 400, (op.id, name, answer.text)
            assert answer.json()["code"] in ("malformed_json", "body_missing"), (op.id, name)
        for name, body in NOT_THE_BODY.items():
            answer = await ask(landscape, op, content=body, headers=JSON)
            assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input"), (op.id, name, answer.text)
            assert answer.json()["errors"], (op.id, name)
        for body in DEEP:
            answer = await ask(landscape, op, content=body, headers=JSON)
            assert answer.status_code in (400, 422), (op.id, answer.text)
            assert len(answer.content) < 5_000, op.id
    assert len(writes()) > 35
    assert await recorded(landscape) == before


async def test_a_wrong_value_in_any_member_is_named(landscape: Landscape) -> None:
    """Each member of the example in turn gets wrong values; the others stay valid."""
    tried = 0
    for op in writes():
        headers = {"If-Match": '"1"'} if op.takes_if_match else {}
        for number, name in enumerate(op.example):
            for wrong in (WRONG[number % len(WRONG)], WRONG[(number + 1) % len(WRONG)]):
                content = json.dumps({**op.example, name: wrong})
                answer = await ask(landscape, op, content=content, headers=JSON | headers)
                if answer.status_code == 400:
                    # The parser refuses an overlong number before its position is known.
                    assert wrong == 10**400, (op.id, name)
                    continue
                assert answer.status_code == 422, (op.id, name, answer.text)
                pointers = {fault["pointer"].split("/")[1] for fault in answer.json()["errors"]}
                assert name in pointers, (op.id, name, answer.text)
            tried += 1
    assert tried > 120


async def test_examples_are_valid_and_an_unknown_field_is_named(landscape: Landscape) -> None:
    """An example with an extra field has only that fault, so the example itself is valid."""
    for op in writes():
        assert op.example is not None, f"{op.id} has no example"
        headers = {"If-Match": '"1"'} if op.takes_if_match else {}
        answer = await ask(landscape, op, json={**op.example, "no/such~one": 1}, headers=headers)
        assert answer.status_code == 422, (op.id, answer.text)
        faults = [(fault["in"], fault["pointer"], fault["code"]) for fault in answer.json()["errors"]]
        assert faults == [("body", "/no~1such~0one", "unknown_field")], (op.id, answer.text)


async def test_a_body_that_is_too_large_is_413(landscape: Landscape) -> None:
    """JSON, checked before parsing, forms and files."""
    limit = landscape.world.settings.body_limit_bytes
    large = b'{"a": "' + b"a" * limit + b'"}'
    forms = 0
    for op in product():
        if op.takes_json:
            answer = await ask(landscape, op, content=large, headers=JSON)
        elif "application/x-www-form-urlencoded" in op.media_types:
            answer = await ask(landscape, op, data={"grant_type": "a" * limit})
        elif op.media_types:
            file = ("a.pdf", bytes(landscape.world.settings.upload_limit_bytes + 200_000), "application/pdf")
            body = await valid_body(landscape, op)
            answer = await ask(landscape, op, files={"file": file}, data=body["data"])
        else:
            continue
        forms += not op.takes_json
        assert (answer.status_code, answer.json()["code"]) == (413, "too_large"), (op.id, answer.text)
    assert forms == 5


async def test_a_misnamed_or_textual_file_part_is_refused(landscape: Landscape) -> None:
    """On each upload: the unknown and the missing field together, and text instead of a file."""
    uploads = 0
    for op in product():
        if "multipart/form-data" not in op.media_types:
            continue
        answer = await ask(landscape, op, files={"document": ("a.pdf", pdf(), "application/pdf")})
        faults = {(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]}
        assert {("/document", "unknown_field"), ("/file", "required")} <= faults, (op.id, answer.text)
        text = await ask(landscape, op, files={"file": (None, "a path, and not what lies there")})
        refused = {(fault["pointer"], fault["code"]) for fault in text.json()["errors"]}
        assert ("/file", "not_a_file") in refused, (op.id, text.text)
        uploads += 1
    assert uploads == 4


async def test_a_malformed_key_is_400_and_money_needs_one(landscape: Landscape) -> None:
    """On each POST that accepts an `Idempotency-Key`. Others ignore it."""
    keyed = [found for found in product() if found.takes_key]
    for number, op in enumerate(keyed):
        body = await valid_body(landscape, op)
        malformed = ("", "two words", "x" * 256, "ü", "a\tb", 'a"b', '"open', "a\\b", '""')
        for key in malformed if number == 0 else malformed[:2]:
            answer = await ask(landscape, op, **body, headers={"Idempotency-Key": key.encode("latin-1")})
            assert (answer.status_code, answer.json()["code"]) == (400, "bad_idempotency_key"), (op.id, key)
    assert len(keyed) > 20
    money = [op for op in product() if op.access.key_required]
    assert {op.id for op in money} == {
        "recordPayment",
        "reversePayment",
        "creditInvoice",
        "reissueInvoice",
        "waiveInvoice",
        "recordRefund",
        "allocateCredit",
        "confirmBankLine",
    }
    for op in money:
        headers = landscape.headers("finance")
        path = path_of(landscape, op.id, op.path)
        answer = await landscape.client.post(path, headers=headers, json=op.example)
        assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_required"), op.id
