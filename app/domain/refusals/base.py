"""A refusal is a class: its name gives the code, its docstring is the sentence that the user reads.

    class RoleHeld(Conflict):
        \"""Another contact holds this role. Take the role from them first.\"""

        roles_held: Annotated[list[RoleHolder] | None, "Who holds the roles."] = None

Raise it with its fields. A field with a description is an extension member of the problem document (RFC 9457) and
stands in the contract; a member that is None is left out. A plain field only goes into `detail`. Codes are stable: add
new ones, never rename one.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, NamedTuple, dataclass_transform, get_args, get_origin, get_type_hints


@dataclass_transform(eq_default=False, field_specifiers=(field,))
class Refusal(Exception):
    """The base of all refusals. `family=True` marks a class that only groups others."""

    status: ClassVar[int]
    title: ClassVar[str]
    code: ClassVar[str] = ""
    """Empty for a family."""
    sentence: ClassVar[str] = ""
    """What the problem means and what to do next: the class's docstring."""
    constraint: ClassVar[str | tuple[str, ...] | None] = None
    """The database constraint, or constraints, that refuse the same thing when two requests race."""
    keeps_changes: ClassVar[bool] = False
    """Commit what the transaction wrote although it refuses: a reused refresh token ends its session."""
    _members: ClassVar[tuple[str, ...]] = ()
    last_line: ClassVar[bool] = False
    """Only a race or a fault of ours brings it about, so no operation declares it."""

    def __init_subclass__(cls, *, family: bool = False) -> None:
        super().__init_subclass__()
        dataclass(eq=False, repr=False)(cls)
        cls.code = "" if family else re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()
        cls._members = tuple(members_of(cls))
        cls.sentence = " ".join(str(cls.__doc__).split())

    @property
    def detail(self) -> str:
        """What the user reads: the sentence, or a more precise one in the field `because`."""
        return getattr(self, "because", "") or self.sentence

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers that the answer carries."""
        return {}

    @property
    def members(self) -> dict[str, object]:
        """The extension members of the problem document."""
        values = {name: getattr(self, name) for name in self._members}
        return {name: value for name, value in values.items() if value is not None}

    def __str__(self) -> str:
        return self.detail


class Member(NamedTuple):
    """An extension member: its type and what it tells the caller."""

    type: Any
    description: str


def members_of(kind: Any) -> Mapping[str, Member]:
    """The described fields of a refusal, or of a dataclass that is part of one, by name."""
    return {
        name: Member(*get_args(hint))
        for name, hint in get_type_hints(kind, include_extras=True).items()
        if get_origin(hint) is Annotated
    }


class BadRequest(Refusal, family=True):
    """400: the request cannot be read."""

    status = 400
    title = "The request is malformed"


class NotSignedIn(Refusal, family=True):
    """401: nobody knows who asks. RFC 9110 section 15.5.2: every 401 says how to authenticate."""

    status = 401
    title = "Not signed in"
    challenge: ClassVar[str] = "Bearer"

    @property
    def headers(self) -> Mapping[str, str]:
        """The challenge."""
        return {"WWW-Authenticate": self.challenge}


class Forbidden(Refusal, family=True):
    """403: the caller is known and may not do this."""

    status = 403
    title = "Not allowed"


class Conflict(Refusal, family=True):
    """409: the state does not allow this."""

    status = 409
    title = "The state does not allow this"


class Unprocessable(Refusal, family=True):
    """422: the input itself is wrong."""

    status = 422
    title = "The input is not valid"


class ServiceUnavailable(Refusal, family=True):
    """503: try again later."""

    status = 503
    title = "Not available right now"
    retry_after_seconds: ClassVar[int] = 2

    @property
    def headers(self) -> Mapping[str, str]:
        """When to try again."""
        return {"Retry-After": str(self.retry_after_seconds)}
