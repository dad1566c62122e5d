"""Every refusal by its code: what the contract and the `/problems` pages list."""

from collections.abc import Iterator, Mapping
from importlib import import_module
from pkgutil import iter_modules
from typing import Final

from app.domain import refusals
from app.domain.refusals.base import Refusal
from app.domain.refusals.requests import NotFound


def refusals_of(family: type[Refusal]) -> Iterator[type[Refusal]]:
    """Every refusal of the family."""
    for kind in family.__subclasses__():
        if kind.code:
            yield kind
        yield from refusals_of(kind)


for _module in iter_modules(refusals.__path__):
    import_module(f"{refusals.__name__}.{_module.name}")

REFUSALS: Final[Mapping[str, type[Refusal]]] = {
    kind.code: kind for kind in sorted(set(refusals_of(Refusal)), key=lambda kind: (kind.status, kind.code))
}
TITLES: Final[Mapping[int, str]] = {
    kind.status: kind.title for kind in Refusal.__subclasses__() if hasattr(kind, "status")
}
BY_CONSTRAINT: Final[Mapping[str, type[Refusal]]] = {
    name: kind
    for kind in REFUSALS.values()
    if kind.constraint is not None
    for name in ([kind.constraint] if isinstance(kind.constraint, str) else kind.constraint)
}


def explained(code: str) -> type[Refusal]:
    """The refusal of this code. Raises `NotFound` for an unknown one."""
    if code not in REFUSALS:
        raise NotFound
    return REFUSALS[code]
