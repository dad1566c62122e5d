"""What a problem's `type` leads to: every code that is given out is explained (RFC 9457 section 3.1.1)."""

import ast
from collections.abc import Iterator
from pathlib import Path

from app.database import CONSTRAINT_SENTENCES
from app.domain import conditions
from app.domain.conditions import Condition
from app.domain.errors import DomainError
from app.domain.problem_table import PROBLEMS, title_of
from app.http.problems import _FRAMEWORK_CODES

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
    assert given - PROBLEMS.keys() == set()


def test_nothing_is_explained_that_is_never_given() -> None:
    """`code` can stand in a call's other places too, so here its text is enough, anywhere but in the contract."""
    files = [
        path
        for path in APP.rglob("*.py")
        if path.name != "problems.py" and "contract" not in path.relative_to(APP).parts
    ]
    text = "".join(path.read_text(encoding="utf-8") for path in files)
    assert [code for code in PROBLEMS if f'"{code}"' not in text] == []


def test_a_code_has_the_status_and_the_title_that_it_is_sent_with() -> None:
    """The table and the classes say the same."""
    for kind in _kinds(DomainError):
        assert PROBLEMS[kind.default_code].status == kind.status, kind
        assert title_of(kind.default_code) == kind.title, kind
    for status, (code, title) in _FRAMEWORK_CODES.items():
        assert (PROBLEMS[code].status, title_of(code)) == (status, title), code
    for code, _ in CONSTRAINT_SENTENCES.values():
        assert PROBLEMS[code].status == 409, code
