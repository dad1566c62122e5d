"""A centre chooses which letters its contacts get, besides its super users."""

from app import outbox
from app.database import Work
from app.domain.contact_roles import ContactRole
from app.domain.events import EventType
from app.domain.letter_topics import ALWAYS, Choices, chosen
from app.domain.preconditions import Expected, etag
from app.models import LetterChoices
from app.queries.centres import AnyCentre, lock_centre
from app.queries.letter_choices import find_choices
from app.schemas import letter_choices as schemas
from app.services.workflow.activity import note_activity

_NEVER_CHOSEN = 0


async def show(work: Work, centre: AnyCentre) -> schemas.LetterChoices:
    """Show what each role is told."""
    return _to_schema(await find_choices(work.session, centre.id))


async def update(
    work: Work, centre: AnyCentre, expected: Expected, body: schemas.LetterChoicesUpdate
) -> schemas.LetterChoices:
    """Replace the topics of the roles that are given."""
    await lock_centre(work.session, centre.id)
    row = await find_choices(work.session, centre.id)
    expected.check(row.version if row is not None else _NEVER_CHOSEN)
    before = _topics(row.choices if row is not None else {})
    wanted = before | body.model_dump(mode="json", exclude_unset=True)
    after = _topics(wanted)
    changed = [role for role in ALWAYS if before[role.value] != after[role.value]]
    if changed:
        if row is None:
            row = LetterChoices(centre_id=centre.id, choices=after)
            work.session.add(row)
        else:
            row.choices = after
        await outbox.record(
            work,
            EventType.LETTERS_CHOSEN,
            ("centre", centre.id),
            summary=f"Letters chosen for: {', '.join(role.label for role in changed)}",
            centre_id=centre.id,
            before={role.value: before[role.value] for role in changed},
            after={role.value: after[role.value] for role in changed},
        )
        await work.session.flush()
        await note_activity(work, centre.id)
    return _to_schema(row)


def _topics(choices: Choices) -> dict[str, list[str]]:
    return {role.value: [topic.value for topic in chosen(choices, role)] for role in ALWAYS}


def _to_schema(row: LetterChoices | None) -> schemas.LetterChoices:
    told = {role.value: chosen(row.choices if row is not None else {}, role) for role in ALWAYS}
    always = {role.value: chosen({}, role) for role in ALWAYS}
    return schemas.LetterChoices(
        etag=etag(row.version if row is not None else _NEVER_CHOSEN),
        head_of_organisation=told[ContactRole.HEAD_OF_ORGANISATION],
        overall_quality_manager=told[ContactRole.OVERALL_QUALITY_MANAGER],
        administration_examinations=told[ContactRole.ADMINISTRATION_EXAMINATIONS],
        finance=told[ContactRole.FINANCE],
        in_any_case=schemas.LettersInAnyCase.model_validate(always),
    )
