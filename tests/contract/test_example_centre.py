"""The examples use one centre, with consistent people, amounts and dates."""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from app.schemas import example_centre
from tests.contract.reading import document, everything_shown

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_REFERENCE = re.compile(r"\b(?:IA|CEN|CRA|INV|CN|RC)-[0-9]{4}-[0-9]{6}\b")
_ADDRESS = re.compile(r"[\w.]+@[\w.]+")
_STORY = {name: value for name, value in vars(example_centre).items() if name.isupper()}
_IDS = {value for name, value in _STORY.items() if name.endswith("_ID")}
# Chosen by the client, or by a finance system.
_OTHER_IDS = frozenset({"request_id", "external_payment_id", "Idempotency-Key"})
_NAMES = ("name", "reference", "number", "title", "email")
# Properties of one object in chronological order.
_IN_ORDER = (
    ("received_at", "log_in_details_sent_at", "log_in_details_due_at"),
    ("received_at", "decided_at"),
    ("started_at", "submitted_at", "closed_at"),
    ("started_at", "status_since", "due_at"),
    ("issued_on", "due_on"),
    ("received_on", "recorded_at"),
    ("starts_at", "ends_at"),
    ("arranged_at", "starts_at"),
    ("created_at", "due_on"),
    ("created_at", "closed_at"),
    ("started_at", "last_used_at", "expires_at"),
    ("recognised_from", "ended_on"),
)


def _objects() -> Iterator[tuple[str, dict[str, Any]]]:
    for place, value in everything_shown():
        yield from _inside(place, value)


def _inside(place: str, value: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(value, dict):
        yield place, value
        for key, member in value.items():
            yield from _inside(f"{place}/{key}", member)
    elif isinstance(value, list):
        for member in value:
            yield from _inside(place, member)


def _texts() -> Iterator[tuple[str, str, str]]:
    for place, found in _objects():
        for key, value in found.items():
            for text in value if isinstance(value, list) else (value,):
                if isinstance(text, str):
                    yield place, key, text


def _facts(found: dict[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """Ids in the object, with the names that the object gives them."""
    if "first_name" in found and "last_name" in found:
        found = found | {"name": f"{found['first_name']} {found['last_name']}"}
    for key, value in found.items():
        if isinstance(value, str) and (key == "id" or key.endswith("_id")) and key not in _OTHER_IDS:
            stem = key.removesuffix("id")
            yield from ((value, name, found[f"{stem}{name}"]) for name in _NAMES if found.get(f"{stem}{name}"))


def test_every_example_id_belongs_to_the_story() -> None:
    """All examples are about the same centre."""
    unknown = [
        (place, key, text)
        for place, key, text in _texts()
        if key not in _OTHER_IDS and not set(_UUID.findall(text)) <= _IDS
    ]
    assert unknown == []
    assert all(_UUID.fullmatch(id_) for id_ in _IDS)


def test_the_same_id_has_the_same_name_reference_and_number() -> None:
    """Across all schemas."""
    called: dict[tuple[str, str], dict[Any, str]] = defaultdict(dict)
    for place, found in _objects():
        for id_, name, value in _facts(found):
            called[id_, name].setdefault(value, place)
    assert {fact: values for fact, values in called.items() if len(values) > 1} == {}
    assert called[example_centre.CENTRE_ID, "name"].keys() == {example_centre.NAME}
    assert called[example_centre.CENTRE_LEAD_ID, "name"].keys() == {example_centre.CENTRE_LEAD}


def test_references_and_addresses_are_those_of_the_story() -> None:
    """An invoice is quoted by its number."""
    known = {value for value in _STORY.values() if isinstance(value, str)}
    for place, key, text in _texts():
        assert set(_REFERENCE.findall(text)) <= known, (place, key)
    for place, found in _objects():
        if "email" in found and "name" in found and "@example.com" in str(found["email"]):
            assert found["email"] in known, place


def test_amounts_add_up() -> None:
    """A ledger's balance, an invoice's lines, and the breakdowns of the learners."""
    balances = invoices = 0
    for place, found in _objects():
        amounts = {
            key: value["amount"] for key, value in found.items() if isinstance(value, dict) and "amount" in value
        }
        if {"paid", "credited", "due", "credit_balance"} <= amounts.keys():
            balances += 1
            total = amounts.get("total", example_centre.FEE["amount"])
            assert total == amounts["paid"] + amounts["credited"] + amounts["due"] - amounts["credit_balance"], place
        if "lines" in found and "net" in amounts:
            invoices += 1
            # An invoice has a total, a credit note an amount.
            whole = amounts["total"] if "total" in amounts else amounts["amount"]
            assert whole == amounts["net"] + amounts["vat"], place
            assert amounts["net"] == sum(line["net"]["amount"] * line["quantity"] for line in found["lines"]), place
            if "entries" not in found:
                continue
            assert amounts["paid"] == sum(entry["amount"]["amount"] for entry in found["entries"]), place
        if {"by_age_group", "by_qualification", "expected_learners"} <= found.keys():
            first_year = found["expected_learners"]["year_1"]
            assert first_year == sum(found["by_age_group"].values()), place
            assert first_year == sum(each["learners"] for each in found["by_qualification"]), place
    assert balances
    assert invoices


def test_dates_are_in_order() -> None:
    """Within each object, and from one step of the process to the next."""
    compared = 0
    for place, found in _objects():
        for chain in _IN_ORDER:
            dates = [found[name][:10] for name in chain if isinstance(found.get(name), str)]
            compared += len(dates) > 1
            assert dates == sorted(dates), (place, chain)
    assert compared > len(_IN_ORDER)
    moments = [value for name, value in _STORY.items() if name.endswith("_AT")]
    assert moments == sorted(moments)


def test_the_people_in_examples_belong_to_the_story() -> None:
    """Every actor is introduced by another example."""
    people = {value for value in _STORY.values() if isinstance(value, str)}
    acted = {
        (place, text) for place, key, text in _texts() if key.endswith("_by_name") or key in ("contact_name", "held_by")
    }
    assert acted
    assert {text for _, text in acted} <= people


def test_every_schema_with_an_object_has_an_example() -> None:
    """Otherwise the tests above would miss it."""
    schemas = document()["components"]["schemas"]
    without = [name for name, schema in schemas.items() if "properties" in schema and "examples" not in schema]
    assert without == []
