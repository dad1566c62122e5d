"""The workflow service is the only writer of an application's status."""

import ast
import re
from collections.abc import Iterator

import pytest

from app.domain.workflow import Status
from app.models import Application
from app.services.patches import apply
from tests.architecture.trees import Module, app, called, calls, module

# These move an application and its clock. A new application is a draft by the column's default.
_WRITER = "app/services/workflow/steps.py"
_CLOCK = "app/services/workflow/clock.py"
# Makes the object of a row that it has read, and stores nothing.
_READER = "app/queries/locked_applications.py"
# What a hot UPDATE may set elsewhere.
_OPEN = {"version", "changed_at", "trading_name", "words"}
# What the workflow keeps beside the status. `status` itself is a column of other tables too.
_KEPT = {"_status", "status_since", "clock_since", "due_at", "working_days_used", "returned_by_centre_lead"}
_UPDATE = re.compile(r"\bUPDATE\s+(?:ONLY\s+)?\"?applications\b|\bINTO\s+\"?applications\b", re.IGNORECASE)


def status_writers(source: Module) -> list[str]:
    """Every place outside the workflow service that sets an application's status or its related columns."""
    if source.path == _WRITER:
        return []
    return [f"{source.at(node)}: {what}" for node, what in _writes(source)]


def _writes(source: Module) -> Iterator[tuple[ast.AST, str]]:
    for node in ast.walk(source.tree):
        for target in _targets(node):
            if target.attr in _KEPT and source.path != _CLOCK:
                yield node, f"sets `{target.attr}` of an application"
            # At the HTTP door a status is that of an answer.
            if target.attr == "status" and not _other_status(node) and not source.under("app/http"):
                yield node, "sets a status that may be an application's"
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _UPDATE.search(node.value):
            yield node, "updates the table of applications in SQL"
    harmless = _harmless(source)
    for call in calls(source.tree):
        in_bulk = called(call) in ("update", "insert", "bulk_update_mappings") and _names_application(call)
        if in_bulk and call not in harmless:
            yield call, "writes applications in bulk"
        given = {word.arg for word in call.keywords} if called(call) == "Application" else set()
        if {"status", "_status"} & given and source.path != _READER:
            yield call, "makes an application"
        if called(call) in ("setattr", "__setattr__") and {"status", *_KEPT} & _texts(call):
            yield call, "sets a status by name"


def _targets(node: ast.AST) -> Iterator[ast.Attribute]:
    found: list[ast.expr] = []
    if isinstance(node, ast.Assign):
        found = list(node.targets)
    elif isinstance(node, ast.AugAssign | ast.AnnAssign | ast.For | ast.AsyncFor | ast.comprehension):
        found = [node.target]
    for target in found:
        for part in ast.walk(target):
            if isinstance(part, ast.Attribute) and isinstance(part.ctx, ast.Store):
                yield part


def _other_status(node: ast.AST) -> bool:
    """True where the value names the enumeration of another table, such as `ActionStatus.CLOSED`."""
    value = getattr(node, "value", None)
    if value is None:
        return False
    names = {part.id for part in ast.walk(value) if isinstance(part, ast.Name) and part.id.endswith("Status")}
    return bool(names) and "Status" not in names


def _names_application(call: ast.Call) -> bool:
    return any(
        isinstance(part, ast.Name) and part.id == "Application" for given in call.args for part in ast.walk(given)
    )


def _harmless(source: Module) -> set[ast.Call]:
    """Each `update(Application)` whose `.values(…)` spells out columns, none of which the workflow keeps."""
    open_: set[ast.Call] = set()
    closed: set[ast.Call] = set()
    for values in calls(source.tree):
        if called(values) == "values":
            harmless = not values.args and {word.arg for word in values.keywords} <= _OPEN
            (open_ if harmless else closed).update(calls(values.func))
    return open_ - closed


def _texts(call: ast.Call) -> set[object]:
    return {part.value for given in call.args for part in ast.walk(given) if isinstance(part, ast.Constant)}


def test_the_workflow_service_alone_writes_a_status() -> None:
    assert [finding for source in app() for finding in status_writers(source)] == []


def test_the_writer_is_the_workflow_service() -> None:
    """The guard sees the assignment that it lets pass."""
    (source,) = (source for source in app() if source.path == _WRITER)
    assert list(_writes(source))


@pytest.mark.parametrize(
    "line",
    [
        "locked.status = Status.WITHDRAWN",
        "locked.status = workflow.Status.WITHDRAWN",
        "locked.status = target",
        "locked.status, locked.closed_at = Status.WITHDRAWN, work.now",
        "locked.status = Status(ActionStatus.CLOSED.value)",
        "locked.status: Status = target",
        "locked._status = Status.WITHDRAWN",
        "locked.status_since = work.now",
        "locked.working_days_used += 1",
        "setattr(locked, 'status', Status.WITHDRAWN)",
        "object.__setattr__(locked, 'status', Status.WITHDRAWN)",
        "await session.execute(update(Application).values(status=Status.WITHDRAWN))",
        "await session.execute(sqlalchemy.update(Application).where(Application.id == id_).values({'status': 'x'}))",
        "await session.execute(insert(Application).values(status=Status.DRAFT))",
        "_END = Hot(update(Application).where(Application.id == ID).values(status=TO, version=ONE), tuple)",
        "_END = Hot(update(Application).values(closed_at=NOW), tuple)",
        "_END = Hot(update(Application).values({'status': TO}, version=ONE), tuple)",
        "_END = Hot(update(Application).values(**given), tuple)",
        "_END = Hot(update(Application).values(version=ONE).values(status=TO), tuple)",
        "await session.execute(text('UPDATE applications SET closed_at = now()'))",
        "session.add(Application(centre_id=centre.id, status=Status.DRAFT))",
    ],
)
def test_a_second_writer_is_found(line: str) -> None:
    assert status_writers(module("app/services/withdrawals.py", f"async def withdraw(work, locked):\n    {line}\n"))


def test_a_second_writer_fails_when_it_runs() -> None:
    """The attribute is read-only, so the mutant cannot change a status even where no guard reads its source."""
    locked = Application(_status=Status.SUBMITTED)
    with pytest.raises(AttributeError):
        locked.status = Status.WITHDRAWN
    with pytest.raises(AttributeError):
        apply(locked, {"status": Status.WITHDRAWN})
    with pytest.raises(AttributeError):
        Application(status=Status.WITHDRAWN)
    assert locked.status is Status.SUBMITTED


def test_a_hot_update_of_harmless_columns_is_ignored() -> None:
    line = "_TOUCH = Hot(update(Application).where(Application.id == ID).values(version=ONE, changed_at=NOW), tuple)"
    assert status_writers(module("app/services/details.py", line)) == []


@pytest.mark.parametrize("line", ["action.status = ActionStatus.CLOSED", "email.status = EmailStatus.HELD"])
def test_the_status_of_another_table_is_ignored(line: str) -> None:
    assert status_writers(module("app/services/actions.py", line)) == []
