"""Every import is declared in `pyproject.toml`: a package that comes along with another may leave with it."""

import ast
import sys
import tomllib
from collections.abc import Collection, Iterator, Mapping
from functools import cache

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.architecture.trees import ROOT, Module, app, called, installed, module, modules

_OURS = {"app", "bench", "clients", "faults", "openapi", "migrations", "scripts", "siege", "tests"}


@cache
def declared(*extras: str) -> frozenset[str]:
    """The distributions that `pyproject.toml` asks for, with those of these extras."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = list(project["dependencies"])
    for extra in extras:
        lines += project["optional-dependencies"][extra]
    return frozenset(canonicalize_name(Requirement(line).name) for line in lines)


@cache
def extras() -> tuple[str, ...]:
    """The extras of an installation that runs the product."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return tuple(name for name in project["optional-dependencies"] if name not in ("dev", "bench"))


@cache
def distributions() -> Mapping[str, set[str]]:
    """The distributions that bring each importable name."""
    return {name: {str(canonicalize_name(found)) for found in owners} for name, owners in installed().items()}


def undeclared(source: Module, allowed: Collection[str]) -> list[str]:
    """Imports of a package that none of the declared distributions brings."""
    found = []
    for node, name in _imports(source):
        top = name.partition(".")[0]
        if top in _OURS or top in sys.stdlib_module_names:
            continue
        if not distributions().get(top, {str(canonicalize_name(top))}).intersection(allowed):
            found.append(f"{source.at(node)}: {top} is not declared in pyproject.toml")
    return found


def _imports(source: Module) -> Iterator[tuple[ast.AST, str]]:
    for node in source.nodes:
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node, node.module or ""
        elif isinstance(node, ast.Call) and called(node) in ("import_module", "__import__"):
            yield from ((node, str(name.value)) for name in node.args[:1] if isinstance(name, ast.Constant))


def test_the_product_imports_what_it_declares() -> None:
    allowed = declared(*extras())
    assert [finding for source in app() for finding in undeclared(source, allowed)] == []


def test_only_the_demonstration_the_built_in_database_and_traces_import_an_extra() -> None:
    """Production does not install it."""
    apart = ("app/demo", "app/integrations/postgres", "app/tracing.py")
    core = [source for source in app() if not any(source.under(folder) for folder in apart)]
    assert [finding for source in core for finding in undeclared(source, declared())] == []


def test_tests_scripts_and_migrations_import_what_development_declares() -> None:
    allowed = declared("dev", *extras())
    # The benchmark's peer needs packages that development does not install.
    sources = [
        source
        for source in modules("tests", "bench", "faults", "siege", "scripts", "migrations", "clients/tests")
        if not source.under("bench/django_peer")
    ]
    assert [finding for source in sources for finding in undeclared(source, allowed)] == []


@pytest.mark.parametrize(
    "line",
    [
        "import anyio_that_nobody_declared",
        "from markupsafe import Markup",
        "import pytest",
        "def late():\n    import hypothesis.strategies",
        "importlib.import_module('pytest')",
    ],
)
def test_a_package_that_is_not_declared_is_found(line: str) -> None:
    """`markupsafe` is installed, by way of jinja2; `pytest` is for development alone."""
    assert undeclared(module("app/services/sites.py", line), declared())


@pytest.mark.parametrize("line", ["import jose.jwt", "from fastapi import Depends", "import json", "import yaml"])
def test_a_package_under_another_name_is_known(line: str) -> None:
    assert undeclared(module("app/services/sites.py", line), declared()) == []
