"""`If-Match` on every operation that takes it, and `If-None-Match` on every read."""

from typing import Any

from tests.contract.asking import address_of, ask, current_tag, product, valid_body, who_may
from tests.contract.landscape import Landscape
from tests.contract.operations import Operation

GUARDED = [found for found in product() if found.takes_if_match]
# Invalid entity tags (RFC 9110 section 8.8.3); so is `*` beside a tag.
MALFORMED = ("seven", "7", '"7', '7"', '"7" "8"', '"7",', ",", "''", 'w/"7"', '*, "7"', '"a b"', "", "W/", '"é"')


def test_every_operation_that_changes_something_is_guarded() -> None:
    """Unguarded operations create, add to a ledger, or handle a secret or session; each is listed here."""
    unguarded = {found.id for found in product() if found.method in ("PUT", "PATCH", "DELETE")} - {
        found.id for found in GUARDED
    }
    assert unguarded == UNGUARDED
    assert len(GUARDED) > 25


UNGUARDED = {
    "endSession",
    "endOtherSessions",
    "deleteSecondFactor",
    "deleteEmailChange",
    "changePassword",
    # A leaked secret is revoked whatever else has changed.
    "revokeIntegrationClientSecret",
    # A number is given once, and the same again is a no-op.
    "assignInvoiceNumber",
    "assignCreditNoteNumber",
    # Each finance system speaks for itself, and says the same again after a lost answer.
    "saveInvoiceExternalRef",
    "deleteInvoiceExternalRef",
    "saveCreditNoteExternalRef",
    "deleteCreditNoteExternalRef",
    "savePaymentExternalRef",
    "deletePaymentExternalRef",
    "saveCentreExternalRef",
    "deleteCentreExternalRef",
    "saveAccountReference",
}


async def test_a_missing_if_match_is_428_and_a_stale_one_412_with_the_current_tag(landscape: Landscape) -> None:
    """The body is valid. A weak tag never matches (section 13.1.1)."""
    for op in GUARDED:
        body = await valid_body(landscape, op)
        answer = await ask(landscape, op, **body)
        assert (answer.status_code, answer.json()["code"]) == (428, "precondition_required"), (op.id, answer.text)
        tag = await current_tag(landscape, op)
        version = tag.strip('"').partition(".")[0]
        for stale in (f'"{int(version) + 1000}"', f"W/{tag}", '"something-else"', f'"{"9" * 400}"', f'"-{version}"'):
            answer = await ask(landscape, op, **body, headers={"If-Match": stale})
            assert (answer.status_code, answer.json()["code"]) == (412, "stale_version"), (op.id, stale, answer.text)
            assert answer.headers["etag"].strip('"').partition(".")[0] == version, op.id
            assert answer.json()["current_etag"] == answer.headers["etag"], op.id
            assert ("weak ETag" in answer.json()["detail"]) is stale.startswith("W/"), (op.id, stale)
        assert await current_tag(landscape, op) == tag, f"{op.id} has changed something"


async def test_a_malformed_entity_tag_is_400(landscape: Landscape) -> None:
    """One malformed tag on each operation, every kind on one. It is checked before the body."""
    for number, op in enumerate(GUARDED):
        body = await valid_body(landscape, op)
        for malformed in MALFORMED if number == 0 else MALFORMED[:1]:
            answer = await ask(landscape, op, **body, headers={"If-Match": malformed.encode("latin-1")})
            assert (answer.status_code, answer.json()["code"]) == (400, "bad_if_match"), (op.id, malformed)
        answer = await ask(landscape, op, **body, headers={"If-Match": f'"{"7" * 1001}"'})
        assert answer.status_code == 400, (op.id, answer.text)
        assert "header If-Match" in answer.json()["detail"], (op.id, answer.text)


async def test_a_list_of_tags_or_any_matches_as_well(landscape: Landscape) -> None:
    """A list with the current tag passes the precondition, and so does `*`: the response is neither 428 nor 412."""
    for op in GUARDED:
        body = await valid_body(landscape, op)
        tag = await current_tag(landscape, op)
        for matching in (f'"1000000", W/"x" ,{tag}', " * "):
            answer = await ask(landscape, op, **body, headers={"If-Match": matching})
            assert answer.status_code not in (400, 412, 428), (op.id, matching, answer.text)
            if answer.is_success:
                # A step cannot be repeated, and earlier tags are stale.
                break


async def test_every_delete_can_be_repeated(landscape: Landscape) -> None:
    """A repeat returns 204 under any version, but still requires the header (section 13.1.1)."""
    # The landscape's one site is the main one, which cannot be closed; `test_sites.py` closes another twice.
    deletes = [found for found in GUARDED if found.method == "DELETE" and found.id != "closeSite"]
    assert len(deletes) >= 4
    for op in deletes:
        first = await ask(landscape, op, headers={"If-Match": "*"})
        assert first.status_code == 204, (op.id, first.text)
        repeat = await ask(landscape, op, headers={"If-Match": '"0"'})
        assert (repeat.status_code, repeat.content) == (204, b""), op.id
        assert (await ask(landscape, op)).status_code == 428, op.id


READS = [found for found in product() if found.method == "GET"]


async def test_every_read_is_304_for_a_current_etag_and_200_otherwise(landscape: Landscape) -> None:
    """Weak comparison (section 13.1.2), alone, in a list, and `*`. The 304 keeps the headers that a cache needs."""
    without = set()
    for op in READS:
        first = await ask(landscape, op)
        assert first.status_code == 200, (op.id, first.text)
        assert first.headers["cache-control"], op.id
        if "etag" not in first.headers:
            without.add(op.id)
            continue
        tag = first.headers["etag"]
        for seen in (tag, f'"other", W/{tag}', "*") if op.id == "getMe" else (f'"other", W/{tag}',):
            again = await ask(landscape, op, headers={"If-None-Match": seen})
            assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag), op.id
            assert again.headers["cache-control"] == first.headers["cache-control"], op.id
            assert again.headers.get("vary") == first.headers.get("vary"), op.id
            assert "content-type" not in again.headers, op.id
        for seen in ('"other"', "nonsense", ""):
            answer = await ask(landscape, op, headers={"If-None-Match": seen})
            assert (answer.status_code, answer.content) == (200, first.content), (op.id, seen)
    assert without <= {"getMetrics", "exportRecords"}
    assert len(READS) > 50


async def test_a_patch_makes_cached_responses_stale(landscape: Landscape) -> None:
    """After every PATCH, the tags of the resource and of the lists that contain it differ."""
    changed = 0
    for op in GUARDED:
        reads = [found for found in READS if found.path == op.path]
        if op.method != "PATCH" or not reads:
            continue
        (read,) = reads
        headers = landscape.headers(who_may(op))
        before = await landscape.client.get(address_of(landscape, read), headers=headers)
        body = await _that_changes(landscape, op)
        answer = await ask(landscape, op, json=body, headers={"If-Match": before.headers["etag"]})
        if answer.status_code == 409:
            continue
        assert answer.status_code == 200, (op.id, answer.text)
        after = await landscape.client.get(
            address_of(landscape, read), headers=headers | {"If-None-Match": before.headers["etag"]}
        )
        assert after.status_code == 200, op.id
        assert after.headers["etag"] == answer.headers["etag"] != before.headers["etag"], op.id
        assert after.content == answer.content, op.id
        changed += 1
    assert changed >= 5


async def _that_changes(landscape: Landscape, op: Operation) -> dict[str, Any]:
    body = (await valid_body(landscape, op))["json"]
    if "address" in body:
        return {"address": {"town": "Somewhat Different"}}
    if "finance" in body:
        return {"finance": ["interviews"]}
    names = ("last_name", "legal_name", "job_title", "name", "telephone", "agenda", "answer", "description")
    text = next(name for name in names if name in body)
    return {text: "01332 341899" if text == "telephone" else "Somewhat Different"}
