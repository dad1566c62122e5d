"""The refusals that a route declares beside those that follow from who may use it, its headers and its body."""

from collections.abc import Callable
from typing import Any, TypeVar

from app.domain.refusals.base import Refusal

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


def refuses(*kinds: type[Refusal]) -> Callable[[Endpoint], Endpoint]:
    """Declare what the endpoint's service can raise. The contract lists it, and a test compares it with the code."""

    def declare(endpoint: Endpoint) -> Endpoint:
        vars(endpoint)["__refuses__"] = kinds
        return endpoint

    return declare


def declared(endpoint: Callable[..., Any] | None) -> tuple[type[Refusal], ...]:
    """The refusals that the endpoint declares."""
    kinds: tuple[type[Refusal], ...] = getattr(endpoint, "__refuses__", ())
    return kinds
