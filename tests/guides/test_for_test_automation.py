"""The snippets of `docs/for-test-automation.md` run, against the server that the page starts."""

import re
import shutil
from pathlib import Path

import pytest

from app.http.contract.skeleton import skeleton
from app.schemas.formats import FORMATS
from openapi.schemathesis.principals import principal
from tests.contract.operations import Operation, operations
from tests.contract.who_may import expected
from tests.guides.conftest import PAGE
from tests.typed import ADDRESS, ROOT, blocks, environment, typed

pytestmark = pytest.mark.skipif(shutil.which("curl") is None, reason="the page's calls are made with curl")


def test_the_calls_do_what_they_say(sandbox: str, tmp_path: Path) -> None:
    state, files, time, mail, reset = blocks(PAGE, "tested")
    typed_lines = typed((state + files + time + mail).replace(ADDRESS, sandbox), environment(), tmp_path).splitlines()
    status, file_name, now, overdue, greeting = typed_lines[:5]
    assert status == "issued"
    assert file_name.endswith(".docx")
    assert (tmp_path / "appeals.docx").read_bytes().startswith(b"PK")
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT.*Z", now)
    assert overdue == "True"
    assert greeting.startswith("Dear ")
    assert typed((state.split("curl")[0] + reset).replace(ADDRESS, sandbox), environment(), tmp_path).strip() == "204"


# A form, a merge patch, an upload, a list with filters, and a step with a key.
SAMPLE = ("getProcess", "saveSuitabilityDetails", "uploadPolicy", "listInvoices", "creditInvoice")


def test_a_stock_run_of_schemathesis_is_green_because_of_the_shipped_exceptions(sandbox: str) -> None:
    """It fails without them: the run drops failures that they explain."""
    (script,) = blocks(PAGE, "stock")
    chosen = "".join(f" --include-operation-id {operation}" for operation in SAMPLE)
    limits = f" --max-examples 2 --seed 1 --phases examples,coverage,fuzzing {chosen}"
    output = typed(script.strip().replace(ADDRESS, sandbox) + limits, environment(), ROOT)
    assert "No issues found" in output
    assert "dropped by `filter_failure`" in output


@pytest.mark.parametrize(
    "operation", [one for one in operations() if one.described["security"]], ids=lambda one: one.id
)
def test_the_hooks_know_who_may_use_each_operation(operation: Operation) -> None:
    """A wrong guess is answered 403, which a run accepts and learns nothing from."""
    chosen = principal(operation.described)
    assert chosen is not None
    # In the table these are somebody's session and second factor; everybody may end and remove their own.
    assert expected(operation.id)[chosen] == "+" or operation.id in ("endSession", "deleteSecondFactor")


def test_a_client_is_generated(tmp_path: Path) -> None:
    (script,) = blocks(PAGE, "generate")
    typed(script.replace("openapi/", f"{ROOT}/openapi/"), environment(), tmp_path)
    assert list(tmp_path.glob("client/*/client.py"))


def test_every_format_is_listed_with_its_rule_and_samples() -> None:
    """In the contract's introduction, where the page says that they are."""
    assert "*Named formats*" in (ROOT / PAGE).read_text(encoding="utf-8")
    _, listed = skeleton()["info"]["description"].split("**Named formats.**")
    for name, described in FORMATS.items():
        (line,) = (line for line in listed.splitlines() if line.startswith(f"- `{name}`: "))
        assert described.meaning in line
        assert all(f"`{sample}`" in line for sample in described.samples)
