"""Whether the items of a return point to something that is there (R17)."""

from collections.abc import Sequence
from typing import Any

from app.database import Work
from app.domain.refusals.input import InputFault, in_body
from app.domain.refusals.input_faults import InputFaultCode
from app.domain.sections import ReturnSection
from app.queries.applications import AnyApplication
from app.queries.contacts import list_current_contacts
from app.queries.details import list_groups
from app.queries.sites import list_open_sites
from app.schemas.form_pointers import stands_for_one, tokens_of
from app.schemas.reviews import ReturnItemCreate

_GONE = {
    ReturnSection.APPLICATION: "The list has no entry at this position. Point at one that it has, or at the list.",
    ReturnSection.SITES: "The centre has no open site with this id. Choose one of its sites.",
    ReturnSection.CONTACTS: "The centre has no current contact with this id. Choose one of its contacts or a role.",
}


async def pointer_faults(
    work: Work, application: AnyApplication, items: Sequence[ReturnItemCreate]
) -> list[InputFault]:
    """Return a fault for each pointer to an entry, a site or a contact that is not there.

    The schema has already judged whether the form has such a place. Nothing is read where that is enough.
    """
    asked = [
        (number, item.section, tokens)
        for number, item in enumerate(items)
        if item.pointer is not None
        and (tokens := tokens_of(item.pointer)) is not None
        and _needs_a_look(item.section, tokens)
    ]
    known = await _read(work, application, {section for _, section, _ in asked})
    return [
        in_body(f"/items/{number}/pointer", InputFaultCode.POINTS_TO_NOTHING, _GONE[section])
        for number, section, tokens in asked
        if not _is_there(known[section], tokens)
    ]


def _needs_a_look(section: ReturnSection, tokens: Sequence[str]) -> bool:
    if section is ReturnSection.APPLICATION:
        return any(map(stands_for_one, tokens))
    return section in (ReturnSection.SITES, ReturnSection.CONTACTS) and stands_for_one(tokens[0])


async def _read(work: Work, application: AnyApplication, sections: set[ReturnSection]) -> dict[ReturnSection, Any]:
    """What there is: the answers by group, and the sites and contacts by id."""
    known: dict[ReturnSection, Any] = {}
    if ReturnSection.APPLICATION in sections:
        groups = await list_groups(work.session, application.id)
        known[ReturnSection.APPLICATION] = {row.group.value: row.data for row in groups}
    if ReturnSection.SITES in sections:
        sites = await list_open_sites(work.session, application.centre_id)
        known[ReturnSection.SITES] = {str(row.id): None for row in sites}
    if ReturnSection.CONTACTS in sections:
        contacts = await list_current_contacts(work.session, application.centre_id)
        known[ReturnSection.CONTACTS] = {str(row.id): None for row in contacts}
    return known


def _is_there(value: Any, tokens: Sequence[str]) -> bool:
    """True if every entry on the way is there. A property that was never filled in counts as there."""
    for token in tokens:
        if isinstance(value, list):
            if not token.isdigit() or int(token) >= len(value):
                return False
            value = value[int(token)]
        elif stands_for_one(token):
            return isinstance(value, dict) and token in value
        else:
            value = value.get(token) if isinstance(value, dict) else None
    return True
