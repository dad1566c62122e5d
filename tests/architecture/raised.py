"""Which refusals a function can raise, read from the code that it reaches.

The walk follows functions and methods of the product by the names that they are called by. A variable has the class
that its parameter, or the function it was assigned from, is annotated with. What is raised out of a table (a condition
of a step, a broken constraint) is not seen here.
"""

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from types import FunctionType, ModuleType
from typing import Any, get_args, get_type_hints

from app.domain.refusals.base import Refusal

_UNKNOWN = object()
_OURS = ("app.", "tests.")


@dataclass(frozen=True)
class _Instance:
    of: type[object]


@dataclass
class _Walk:
    seen: set[FunctionType] = field(default_factory=set)
    found: set[type[Refusal]] = field(default_factory=set)

    def follow(self, function: FunctionType) -> None:
        if function in self.seen or not function.__module__.startswith(_OURS):
            return
        self.seen.add(function)
        names = _annotated(function)
        tree = _tree(function)
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
                names.setdefault(node.targets[0].id, _resolve(node.value, names, function.__globals__))
        for node in _expressions(tree):
            self._meet(_resolve(node, names, function.__globals__), node)

    def _meet(self, thing: object, node: ast.expr) -> None:
        plain = inspect.unwrap(thing) if callable(thing) else thing
        if isinstance(plain, FunctionType):
            self.follow(plain)
        elif isinstance(thing, type) and issubclass(thing, Refusal) and thing.code:
            self.found.add(thing)


def raised_by(*functions: Callable[..., Any]) -> set[type[Refusal]]:
    """The refusals that the functions can raise."""
    walk = _Walk()
    for function in functions:
        plain = inspect.unwrap(function)
        if isinstance(plain, FunctionType):
            walk.follow(plain)
    return walk.found


@cache
def _tree(function: FunctionType) -> ast.Module:
    return ast.parse(textwrap.dedent(inspect.getsource(function)))


def _annotated(function: FunctionType) -> dict[str, object]:
    try:
        hints = get_type_hints(function)
    except NameError:
        return {}
    names = {name: _instance(hint) for name, hint in hints.items()}
    owner = _owner(function)
    return names | ({"self": _Instance(owner), "cls": owner} if owner is not None else {})


def _owner(function: FunctionType) -> type[object] | None:
    name = function.__qualname__.rpartition(".")[0]
    owner = function.__globals__.get(name)
    return owner if isinstance(owner, type) else None


def _instance(hint: object) -> object:
    kinds = [part for part in (hint, *get_args(hint)) if isinstance(part, type) and part.__module__.startswith(_OURS)]
    return _Instance(kinds[0]) if kinds else _UNKNOWN


def _given_by(called: object) -> object:
    """What a call gives, by the annotation of what is called."""
    if isinstance(called, type):
        return _Instance(called)
    plain = inspect.unwrap(called) if callable(called) else called
    if not isinstance(plain, FunctionType):
        return _UNKNOWN
    try:
        return _instance(get_type_hints(plain).get("return"))
    except NameError:
        return _UNKNOWN


def _expressions(tree: ast.Module) -> Iterator[ast.expr]:
    """The names and attributes that the body uses: not those of annotations, nor what it catches."""
    stack: list[ast.AST] = [tree]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Name | ast.Attribute):
            yield node
        for name, value in ast.iter_fields(node):
            if name in ("annotation", "returns", "decorator_list") or (
                isinstance(node, ast.ExceptHandler) and name == "type"
            ):
                continue
            stack += [part for part in (value if isinstance(value, list) else [value]) if isinstance(part, ast.AST)]


def _resolve(node: ast.AST, names: Mapping[str, object], around: Mapping[str, Any]) -> object:
    if isinstance(node, ast.Name):
        return names.get(node.id, around.get(node.id, _UNKNOWN))
    if isinstance(node, ast.Attribute):
        base = _resolve(node.value, names, around)
        if isinstance(base, _Instance):
            return inspect.getattr_static(base.of, node.attr, _UNKNOWN)
        if isinstance(base, ModuleType | type):
            return getattr(base, node.attr, _UNKNOWN)
    if isinstance(node, ast.Await):
        return _resolve(node.value, names, around)
    if isinstance(node, ast.Call):
        return _given_by(_resolve(node.func, names, around))
    return _UNKNOWN
