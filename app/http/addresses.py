"""The app's routes by address: a table that finds a request's route in front of the framework's list of all routes."""

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import NamedTuple, Protocol, runtime_checkable

from fastapi import Request, Response
from fastapi.routing import RouteContext, iter_route_contexts
from starlette.applications import Starlette
from starlette.routing import Match, Mount
from starlette.types import Scope

from app.settings import Settings

Handler = Callable[[Request], Coroutine[None, None, Response]]


@runtime_checkable
class Served(Protocol):
    """A route that needs no framework to answer. The others, such as pages, are not in the table."""

    @property
    def serve(self) -> Handler:
        """Answers a request, or raises what `problems` makes an answer of."""

    def exists(self, settings: Settings) -> bool:
        """False if the deployment does not have the operation."""


class _Pattern(NamedTuple):
    place: int
    """In the order of declaration: of two patterns that match, the first wins."""
    route: Served
    names: tuple[tuple[str, int], ...]
    """The parameters, with the numbers of their segments."""


_METHODS = ("DELETE", "GET", "PATCH", "POST", "PUT")
# By method and number of segments, then by the numbers of the literal segments, then by these segments.
_Patterns = dict[tuple[str, int], dict[tuple[int, ...], dict[tuple[str, ...], _Pattern]]]


@dataclass(frozen=True)
class Addresses:
    """The app's routes. `literal` holds the paths without a parameter, which win over every pattern; `pages` are the
    first segments of everything that is not in the table; None if one is a parameter."""

    routes: tuple[RouteContext, ...]
    literal: Mapping[str, Mapping[str, Served]]
    patterns: _Patterns
    pages: frozenset[str] | None

    @classmethod
    def of(cls, app: Starlette) -> "Addresses":
        """Read them off the app, once all its routers are included."""
        routes = tuple(context for context in iter_route_contexts(app.routes) if context.methods)
        literal: dict[str, dict[str, Served]] = {}
        patterns: _Patterns = {}
        for place, context in enumerate(routes):
            path, route = context.path or "", context.original_route
            at = literal.setdefault(path, {}) if "{" not in path else None
            if isinstance(route, Served):
                for method in context.methods or ():
                    if at is not None:
                        at.setdefault(method, route)
                    else:
                        _add(patterns, method, path, place, route)
        pages = [context.path or "" for context in routes if not isinstance(context.original_route, Served)]
        pages += [route.path for route in app.routes if isinstance(route, Mount)]
        first = frozenset(map(_first_segment, pages))
        return cls(routes, literal, patterns, None if any("{" in segment for segment in first) else first)

    def find(self, method: str, path: str) -> tuple[Served, dict[str, str]] | None:
        """The route that the framework would find, and the path's parameters.

        None leaves the request to the framework: no such path, another method, a page.
        """
        at = self.literal.get(path)
        if at is not None:
            return (at[method], {}) if method in at else None
        if path.endswith("\n"):
            # The framework's patterns end with `$`, which ignores a line feed.
            return None
        segments = path.split("/")
        first: _Pattern | None = None
        for places, patterns in self.patterns.get((method, len(segments)), {}).items():
            found = patterns.get(tuple([segments[place] for place in places]))
            if found is not None and (first is None or found.place < first.place):
                first = found
        if first is None:
            return None
        given = {name: segments[place] for name, place in first.names}
        return (first.route, given) if all(given.values()) else None

    def leads_on(self, scope: Scope) -> bool:
        """True if the framework may find what the table does not: a page, or anything where it is mounted."""
        path = scope["path"]
        if self.pages is None or scope.get("root_path") or path.endswith("\n"):
            return True
        return _first_segment(path) in self.pages

    def methods_at(self, scope: Scope, settings: Settings) -> list[str]:
        """Every method that some route takes at the address; the framework would name the first route's only."""
        path, routes = scope["path"], list[RouteContext]()
        if path in self.literal:
            routes = [route for route in self.routes if route.path == path]
        elif self.leads_on(scope):
            any_method = {**scope, "method": "*", "path_params": {}}
            routes = [route for route in self.routes if route.matches(any_method)[0] is not Match.NONE]
        methods = {
            method for route in routes if _exists(route.original_route, settings) for method in route.methods or ()
        }
        found = {method: self.find(method, path) for method in _METHODS}
        methods |= {method for method, at in found.items() if at is not None and _exists(at[0], settings)}
        return sorted(methods | ({"HEAD"} if "GET" in methods else set()))


def _exists(route: object, settings: Settings) -> bool:
    return not isinstance(route, Served) or route.exists(settings)


def _first_segment(path: str) -> str:
    return path.removeprefix("/").partition("/")[0]


def _add(patterns: _Patterns, method: str, path: str, place: int, route: Served) -> None:
    """Raises `ValueError` for a segment that is partly a parameter, or one that can hold more than a segment."""
    segments = path.split("/")
    names = tuple((segment[1:-1], number) for number, segment in enumerate(segments) if segment[:1] == "{")
    literals = tuple(number for number, segment in enumerate(segments) if segment[:1] != "{")
    if not all(name.isidentifier() for name, _ in names) or any("{" in segments[number] for number in literals):
        raise ValueError(f"{path}: a segment is literal, or a parameter that takes all of it")
    alike = patterns.setdefault((method, len(segments)), {}).setdefault(literals, {})
    alike.setdefault(tuple(segments[number] for number in literals), _Pattern(place, route, names))
