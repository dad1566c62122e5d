"""What a problem's `type` leads to: every code that is given out is explained (RFC 9457 section 3.1.1)."""

import ast
from collections.abc import Iterator
from pathlib import Path

from app.database import CONSTRAINT_SENTENCES
from app.domain import conditions
from app.domain.conditions import Condition
from app.domain.errors import DomainError
from app.error_handlers import _FRAMEWORK_CODES
from app.problems import EXPLANATIONS

APP = Path(__file__).parents[2] / "app"


def _kinds(root: type[DomainError]) -> Iterator[type[DomainError]]:
    for kind in root.__subclasses__():
        yield kind
        yield from _kinds(kind)


def _given_by_name() -> Iterator[str]:
    for path in APP.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.keyword) and node.arg == "code" and isinstance(node.value, ast.Constant):
                yield str(node.value.value)


def test_every_code_is_explained() -> None:
    """A code without an explanation leads its reader to a page that says nothing."""
    given = {
        *_given_by_name(),
        *(kind.default_code for kind in _kinds(DomainError)),
        *(code for code, _ in CONSTRAINT_SENTENCES.values()),
        *(code for code, _ in _FRAMEWORK_CODES.values()),
        *(found.code for found in vars(conditions).values() if isinstance(found, Condition)),
    }
    assert given - EXPLANATIONS.keys() == set()


def test_nothing_is_explained_that_is_never_given() -> None:
    """`code` can stand in a call's other places too, so here its text anywhere in the app is enough."""
    text = "".join(path.read_text(encoding="utf-8") for path in APP.rglob("*.py") if path.name != "problems.py")
    assert [code for code in EXPLANATIONS if f'"{code}"' not in text] == []
