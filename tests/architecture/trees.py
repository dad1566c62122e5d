"""Parsed modules of the repository for the guards, and made-up modules as their mutants."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.metadata import packages_distributions
from pathlib import Path
from textwrap import dedent

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Module:
    """A source file: its path below the repository, its text and its tree."""

    path: str
    text: str
    tree: ast.Module

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """Every node of the tree, walked once."""
        return tuple(ast.walk(self.tree))

    @cached_property
    def name(self) -> str:
        """The dotted name under which it is imported."""
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    def under(self, *folders: str) -> bool:
        """True for a module in one of these folders or at one of these paths."""
        return any(self.path == folder or self.path.startswith(f"{folder}/") for folder in folders)

    def at(self, node: ast.AST) -> str:
        """The place of a finding, in the form that editors open."""
        return f"{self.path}:{getattr(node, 'lineno', 1)}"


def module(path: str, text: str) -> Module:
    """A made-up module: a mutant."""
    plain = dedent(text)
    return Module(path, plain, ast.parse(plain))


@cache
def modules(*folders: str) -> tuple[Module, ...]:
    """Every module below these folders of the repository, each read once."""
    paths = sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    assert paths, f"nothing in {folders}"
    return tuple(_read(path) for path in paths)


@cache
def _read(path: Path) -> Module:
    return module(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))


def app() -> tuple[Module, ...]:
    """The product."""
    return modules("app")


@cache
def installed() -> Mapping[str, list[str]]:
    """The distributions that bring each importable name; to read them takes half a second."""
    return packages_distributions()


def calls(node: ast.AST) -> Iterator[ast.Call]:
    """Every call below a node."""
    for found in ast.walk(node):
        if isinstance(found, ast.Call):
            yield found


def functions(node: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method below a node."""
    for found in ast.walk(node):
        if isinstance(found, ast.FunctionDef | ast.AsyncFunctionDef):
            yield found


def called(call: ast.Call) -> str:
    """The last name of a call: `scalar` in `work.session.scalar(…)`."""
    function = call.func
    return (
        function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""
    )
