"""The places that an item of a return can point to: the fields of the form, the policies, sites and contacts (R17)."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType, UnionType
from typing import Annotated, Any, Final, Union, get_args, get_origin

from pydantic import BaseModel

from app.domain.contact_roles import ContactRole
from app.domain.policies import PolicyKey
from app.domain.sections import ReturnSection
from app.schemas.contacts import ContactUpdate
from app.schemas.details import DETAILS_SCHEMAS
from app.schemas.sites import SiteUpdate

Path = tuple[str, ...]

NTH: Final = "*"
"""Stands in a place for the position in a list, and for the id of a site or contact."""

_POSITION: Final = re.compile(r"0|[1-9][0-9]{0,3}")
_ID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_EXAMPLES: Final[Mapping[ReturnSection, str]] = MappingProxyType(
    {
        ReturnSection.APPLICATION: "/history/legal_name",
        ReturnSection.POLICIES_AND_PROCEDURES: "/appeals",
        ReturnSection.CENTRE_AGREEMENT: "/agreement",
        ReturnSection.SITES: "/ followed by the site's id",
        ReturnSection.CONTACTS: "/finance, or / followed by the contact's id",
    }
)


def tokens_of(pointer: str) -> Path | None:
    """Split the pointer (RFC 6901); None if it is not one."""
    if not pointer.startswith("/") or re.search("~(?![01])", pointer):
        return None
    return tuple(token.replace("~1", "/").replace("~0", "~") for token in pointer[1:].split("/"))


def stands_for_one(token: str) -> bool:
    """True for a position in a list, and for the id of a site or contact."""
    return _POSITION.fullmatch(token) is not None or _ID.fullmatch(token) is not None


def is_in_the_form(section: ReturnSection, tokens: Path) -> bool:
    """True if the section has this place, whatever was filled in."""
    return tuple(NTH if stands_for_one(token) else token for token in tokens) in _places()[section]


def example_in(section: ReturnSection) -> str:
    """A pointer into the section, for a refusal."""
    return _EXAMPLES[section]


@lru_cache(maxsize=1)
def _places() -> Mapping[ReturnSection, frozenset[Path]]:
    groups = {group: frozenset(_inside(sent, (group,))) for group, sent in DETAILS_SCHEMAS.items()}
    roles = {(role.value,) for role in ContactRole}
    return {
        ReturnSection.APPLICATION: frozenset[Path]().union(*groups.values()),
        ReturnSection.POLICIES_AND_PROCEDURES: frozenset((key.value,) for key in PolicyKey),
        ReturnSection.CENTRE_AGREEMENT: frozenset((name,) for name in ("agreement", "code_of_conduct", "acceptance")),
        ReturnSection.SITES: frozenset(_inside(SiteUpdate, (NTH,))),
        ReturnSection.CONTACTS: frozenset(_inside(ContactUpdate, (NTH,))) | roles,
    }


def _inside(part: Any, path: Path) -> Iterator[Path]:
    """Yield the place itself and every place within it."""
    yield path
    if get_origin(part) is Annotated:
        part = get_args(part)[0]
    if get_origin(part) in (Union, UnionType):
        (part,) = (one for one in get_args(part) if one is not type(None))
        yield from list(_inside(part, path))[1:]
    elif get_origin(part) is list:
        yield from _inside(get_args(part)[0], (*path, NTH))
    elif isinstance(part, type) and issubclass(part, BaseModel):
        for name, info in part.model_fields.items():
            yield from _inside(info.annotation, (*path, info.alias or name))
