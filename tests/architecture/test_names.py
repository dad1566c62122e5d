"""A docstring or comment that names code in backticks names something that exists."""

import ast
import builtins
import io
import keyword
import re
import sys
import tokenize
from collections.abc import Iterator
from functools import cache
from importlib import import_module

import pytest

from tests.architecture.trees import ROOT, Module, installed, module, modules

_BACKTICKS = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_NAME = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")
_PATH = re.compile(r"(?:app|tests|docs|openapi|migrations|scripts|clients|examples|deploy)/[\w./-]*")
# Generated, and not in the repository.
_GENERATED = {"clients/generated"}
_WORD = re.compile(r"[A-Za-z_]\w*")
_COMMENT = re.compile(r"#.*`")
_DOCUMENTED = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def unknown_names(source: Module, known: frozenset[str]) -> list[str]:
    """Names in backticks that exist in no code, file or library."""
    found = []
    for line, text in _prose(source):
        for quoted in _BACKTICKS.findall(text):
            plain = quoted.removesuffix("()").removesuffix("(…)")
            if _PATH.fullmatch(plain):
                if plain not in _GENERATED and not (ROOT / plain).exists():
                    found.append(f"{source.path}:{line}: no file {quoted}")
            elif _NAME.fullmatch(plain) and not _exists(plain, known):
                found.append(f"{source.path}:{line}: nothing is called {quoted}")
    return found


def _exists(name: str, known: frozenset[str]) -> bool:
    """Look a name up in its module of the product; elsewhere, each part must be spelt somewhere."""
    if name in known or name.lower() in known or name in installed():
        return True
    first, *rest = name.split(".")
    package = name.partition("app.")[2] if first == "app" else name
    if rest and f"app.{package.split('.')[0]}" in known:
        owner, _, last = f"app.{package}".rpartition(".")
        outer, _, member = owner.rpartition(".")
        return f"app.{package}" in known or last in _inside(owner) or {member, last} <= _inside(outer)
    if first in installed():
        return hasattr(import_module(first), rest[0])
    return all(part in known for part in re.split(r"\.|__", name)) or all(
        part.lower() in known for part in name.split("__")
    )


@cache
def _inside(name: str) -> frozenset[str]:
    found = [source for source in modules("app") if source.name == name]
    return names_of(found[0]) | words_of(found[0]) if found else frozenset()


def _prose(source: Module) -> Iterator[tuple[int, str]]:
    """Docstrings and comments, each with its line."""
    for node in source.nodes:
        if isinstance(node, _DOCUMENTED) and (docstring := ast.get_docstring(node)) is not None:
            yield node.body[0].lineno, docstring
    # Tokens are slow to make.
    if _COMMENT.search(source.text):
        for token in tokenize.generate_tokens(io.StringIO(source.text).readline):
            if token.type == tokenize.COMMENT:
                yield token.start[0], token.string


@cache
def names_in_use(*, by_tests: bool = False) -> frozenset[str]:
    """Names, attributes, arguments, modules and the contract's schemas, and the words of strings but docstrings.

    Strings of tests count only in tests, because they contain made-up names.
    """
    found = set(sys.stdlib_module_names) | set(dir(builtins)) | set(keyword.kwlist) | {"true", "false", "null"}
    for source in modules("app", "tests", "scripts", "migrations", "clients/tests"):
        found |= names_of(source)
        if by_tests or not source.under("tests"):
            found |= words_of(source)
    contract = (ROOT / "openapi" / "openapi.yaml").read_text(encoding="utf-8")
    return frozenset(found | set(re.findall(r"^    ([A-Z]\w+):$", contract, flags=re.MULTILINE)))


@cache
def names_of(source: Module) -> frozenset[str]:
    """Names, attributes, arguments and modules of one module."""
    found = {source.name, *source.name.split(".")}
    for node in source.nodes:
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.arg | ast.keyword) and node.arg is not None:
            found.add(node.arg)
        elif isinstance(node, ast.alias):
            found.update(node.name.split("."))
    return frozenset(found)


@cache
def words_of(source: Module) -> frozenset[str]:
    """The words of one module's strings, without docstrings."""
    prose = {
        id(node.body[0].value)  # type: ignore[attr-defined]
        for node in source.nodes
        if isinstance(node, _DOCUMENTED) and ast.get_docstring(node, clean=False) is not None
    }
    texts = [
        node.value
        for node in source.nodes
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose
    ]
    return frozenset(_WORD.findall(" ".join(texts)))


def test_code_named_in_docstrings_and_comments_exists() -> None:
    product, proof = modules("app", "scripts", "migrations"), modules("tests", "clients/tests")
    assert [finding for source in product for finding in unknown_names(source, names_in_use())] == []
    known = names_in_use(by_tests=True)
    assert [finding for source in proof for finding in unknown_names(source, known)] == []


@pytest.mark.parametrize(
    "prose",
    [
        '"""Raises what `require_nothing_at_all` raises."""',
        '"""Raises what `require_nothing_at_all()` raises."""',
        'def show():\n    """As `NoSuchRefusal`."""',
        'class Site:\n    """As `no_such_module.Site`."""',
        "# `NO__SUCH_SETTING` says so.",
        '"""See `app/services/no_such_file.py`."""',
        '"""See `services.sites.no_such_function`."""',
        '"""See `app.services.no_such_module`."""',
        '"""Raises `jinja2.NoSuchError`."""',
    ],
)
def test_an_unknown_name_is_found(prose: str) -> None:
    assert unknown_names(module("app/services/sites.py", prose), names_in_use())


@pytest.mark.parametrize("name", ["work.now", "SMTP__HOST", "app.database", "jinja2.UndefinedError", "outbox.record()"])
def test_a_known_name_is_accepted(name: str) -> None:
    assert unknown_names(module("app/services/sites.py", f'"""As `{name}` has it."""'), names_in_use()) == []
