"""A few hundred Schemathesis cases in every test run; `python -m tests.fuzz.long` runs many more."""

import json
from types import SimpleNamespace
from typing import Any

import pytest

from tests.conformance.plugin import current
from tests.contract.operations import operations
from tests.fuzz.campaign import PHASES, accepted, campaign, configuration
from tests.fuzz.long import JOURNEY
from tests.fuzz.stage import ServedLandscape

# One of each kind: a list with filters, a merge patch, a step, a form, an upload, a download in several media types,
# money, and operations for systems. Several kinds of text, and an email address above all, take seconds to generate:
# `updateMe`, `reviewApplication` and `recordPayment` would cost four times what the rest does.
SAMPLE = (
    "listApplications",
    "saveSuitabilityDetails",
    "submitApplication",
    "issueClientToken",
    "uploadPolicy",
    "getInvoice",
    "creditInvoice",
    "listEvents",
)


def test_schemathesis_finds_nothing_in_a_sample(stage: ServedLandscape) -> None:
    """All phases and checks, on one operation of each kind."""
    report = campaign(current().document, stage, configuration(1, 3, PHASES, 3, 6), only=SAMPLE)
    assert list(report.failures.items()) == []
    assert report.total > 500
    assert {status // 100 for _, status in report.statuses} == {2, 4}


def test_schemathesis_walks_by_links_to_a_submission(stage: ServedLandscape) -> None:
    """The stateful phase submits a ready sandbox application and reads it again."""
    report = campaign(
        current().document, stage, configuration(1, 1, ["stateful"], 5, 15), only=JOURNEY, every_link=True
    )
    assert list(report.failures.items()) == []
    assert any(len(way) > 1 for way in report.walks)


@pytest.mark.parametrize(
    ("check", "status", "code"),
    [("AcceptedNegativeData", 201, ""), ("RejectedPositiveData", 422, "too_long"), ("ServerError", 500, "")],
)
def test_an_unexplained_failure_is_a_finding(check: str, status: int, code: str) -> None:
    """For every operation: an accepted invalid body, a refused valid one, and an internal fault."""
    failure: Any = type(check, (), {"message": "Invalid component: body - /amount (was integer, became string)"})()
    content = json.dumps({"code": "invalid_input", "errors": [{"code": code}]}).encode() if code else b""
    response: Any = SimpleNamespace(
        status_code=status, content=content, request=SimpleNamespace(url="http://127.0.0.1/v1/sites?wrong=1")
    )
    assert not any(accepted(failure, operation.id, response) for operation in operations())


def test_a_finding_is_reported(stage: ServedLandscape, monkeypatch: pytest.MonkeyPatch) -> None:
    """The positive control: a document with the wrong response schema."""
    document = current().document
    operation = document["paths"]["/v1/process"]["get"]
    body = operation["responses"]["200"]["content"]["application/json"]
    monkeypatch.setitem(body, "schema", {"type": "array"})
    report = campaign(document, stage, configuration(1, 1, ["examples"], 1, 2), only=["getProcess"])
    assert any("getProcess" in found for found in report.failures)
