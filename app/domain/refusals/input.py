"""Input that is wrong: every fault at once, each with its place, a code and a sentence."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from app.domain.refusals.base import Unprocessable
from app.domain.refusals.input_faults import InputFaultCode


class Place(StrEnum):
    """A part of the request."""

    BODY = "body"
    QUERY = "query"
    PATH = "path"
    HEADER = "header"


@dataclass(frozen=True)
class InputFault:
    """One fault of the input. The input itself is never repeated."""

    place: Annotated[Place, "The part of the request."]
    pointer: Annotated[str, "The value, as a JSON pointer (RFC 6901)."]
    code: Annotated[InputFaultCode, "The kind of fault, for programs. Stable; new ones may be added."]
    detail: Annotated[str, "What to put right, in words for a person."]


class InvalidInput(Unprocessable):
    """The input is not valid. 'errors' lists every fault, with a JSON pointer, a code and what to put right."""

    errors: Annotated[Sequence[InputFault], "Every fault of the input, all at once."]

    @property
    def detail(self) -> str:
        """How many faults there are."""
        count = len(self.errors)
        return "One thing needs to be put right." if count == 1 else f"{count:,} things need to be put right."


def in_body(pointer: str, code: InputFaultCode, detail: str) -> InputFault:
    """A fault of the request body."""
    return InputFault(Place.BODY, pointer, code, detail)


def fault(pointer: str, code: InputFaultCode, detail: str, *, place: Place = Place.BODY) -> InvalidInput:
    """A refusal of one fault."""
    return InvalidInput([InputFault(place, pointer, code, detail)])
