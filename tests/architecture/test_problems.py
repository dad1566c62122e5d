"""A refusal is a class, and each that exists is raised somewhere."""

import ast
import re
from pathlib import Path

from app.domain.refusals.catalogue import BY_CONSTRAINT, REFUSALS
from app.domain.refusals.input_faults import InputFaultCode

APP = Path(__file__).parents[2] / "app"


def test_every_refusal_is_a_sentence_with_a_title() -> None:
    for code, kind in REFUSALS.items():
        assert re.fullmatch("[a-z]+(_[a-z]+)*", code), code
        assert kind.sentence.endswith("."), code
        assert kind.sentence[0].isupper(), code
        assert not kind.title.endswith("."), code


def test_every_input_fault_is_a_sentence() -> None:
    assert [code for code in InputFaultCode if not code.meaning.endswith(".")] == []


def test_every_constraint_of_a_refusal_exists() -> None:
    models = "".join(path.read_text(encoding="utf-8") for path in (APP / "models").rglob("*.py"))
    migrations = "".join(path.read_text(encoding="utf-8") for path in (APP.parent / "migrations").rglob("*.py"))
    assert [name for name in BY_CONSTRAINT if name not in models and name not in migrations] == []


def test_no_code_is_written_outside_its_class() -> None:
    """`code="site_closed"` in a call would be a second place for the code."""
    found = [
        f"{path}:{node.value.lineno}"
        for path in APP.rglob("*.py")
        if "demo" not in path.parts  # a client, which reads codes as any other
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.keyword)
        and node.arg == "code"
        and isinstance(node.value, ast.Constant)
        and (node.value.value in REFUSALS or node.value.value in list(InputFaultCode))
    ]
    assert found == []
