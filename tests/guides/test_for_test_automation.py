"""The snippets of `docs/for-test-automation.md` run, against the server that the page starts."""

import re
import shutil
from pathlib import Path

import pytest

from app.schemas.formats import FORMATS
from openapi.schemathesis.principals import principal
from tests.contract.operations import Operation, operations
from tests.contract.who_may import expected
from tests.guides.conftest import PAGE
from tests.typed import ADDRESS, ROOT, blocks, environment, typed

pytestmark = pytest.mark.skipif(shutil.which("curl") is None, reason="the page's calls are made with curl")


def test_the_calls_do_what_they_say(sandbox: str, tmp_path: Path) -> None:
    state, time, mail, reset = blocks(PAGE, "tested")
    said = typed((state + time + mail).replace(ADDRESS, sandbox), environment(), tmp_path).splitlines()
    assert said[0] == "issued"
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT.*Z", said[1])
    assert said[2] == "True"
    assert said[3].startswith("Dear ")
    assert typed((state.split("curl")[0] + reset).replace(ADDRESS, sandbox), environment(), tmp_path).strip() == "204"


# A form, a merge patch, an upload, a list with filters, and a step with a key.
SAMPLE = ("getProcess", "updateMe", "uploadPolicy", "listInvoices", "createSite")


def test_a_stock_run_of_schemathesis_is_green_because_of_the_shipped_exceptions(sandbox: str) -> None:
    """It fails without them: the run drops failures that they explain."""
    (script,) = blocks(PAGE, "stock")
    chosen = "".join(f" --include-operation-id {operation}" for operation in SAMPLE)
    limits = f" --max-examples 2 --seed 1 --phases examples,coverage,fuzzing {chosen}"
    said = typed(script.strip().replace(ADDRESS, sandbox) + limits, environment(), ROOT)
    assert "No issues found" in said
    assert "dropped by `filter_failure`" in said


@pytest.mark.parametrize(
    "operation", [one for one in operations() if one.described["security"]], ids=lambda one: one.id
)
def test_the_hooks_know_who_may_use_each_operation(operation: Operation) -> None:
    """A wrong guess is answered 403, which a run accepts and learns nothing from."""
    chosen = principal(operation.described)
    assert chosen is not None
    # In the table it is the super user's session; everybody may end one they opened.
    assert expected(operation.id)[chosen] == "+" or operation.id == "endSession"


def test_a_client_is_generated(tmp_path: Path) -> None:
    (script,) = blocks(PAGE, "generate")
    typed(script.replace("openapi/", f"{ROOT}/openapi/"), environment(), tmp_path)
    assert list(tmp_path.glob("client/*/client.py"))


def test_every_format_is_listed_with_its_meaning() -> None:
    page = (ROOT / PAGE).read_text(encoding="utf-8")
    listed = re.findall(r"^\| `([a-z0-9-]+)` \| (.*) \| `.*` \|$", page, flags=re.MULTILINE)
    assert listed == [(name, described.meaning) for name, described in FORMATS.items()]
