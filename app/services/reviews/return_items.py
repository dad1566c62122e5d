"""List return items, and let the centre answer them (R17)."""

from app import outbox
from app.database import Work
from app.domain.events import EventType
from app.domain.preconditions import Expected, etag
from app.domain.refusals.applications import EarlierReturn
from app.letters.applications.items_answered import ReturnItemsAnswered
from app.models import ReturnItem
from app.queries.applications import AnyApplication, lock_application
from app.queries.locking import lock_row
from app.queries.return_items import list_current_items, list_items
from app.schemas import reviews as schemas
from app.services.workflow.editing import require_editable
from app.services.workflow.steps import record


async def list_all(work: Work, application: AnyApplication) -> schemas.ReturnItemList:
    """List every item of every return, newest return first."""
    return schemas.ReturnItemList(items=[to_schema(item) for item in await list_items(work.session, application.id)])


async def answer_return_item(
    work: Work, found: ReturnItem, expected: Expected, body: schemas.ReturnItemAnswer
) -> schemas.ReturnItem:
    """Answer an item of the last return; the last answer tells staff, once (R17).

    Raises `StaleVersion`, and `Conflict` for an item of an earlier return or once the application is resubmitted.
    """
    application = await lock_application(work.session, found.application_id)
    item = await lock_row(work.session, ReturnItem, found.id)
    expected.check(item.version)
    await require_editable(work, application)
    current = await list_current_items(work.session, application.id)
    if item.id not in {other.id for other in current}:
        raise EarlierReturn
    first_time = item.answered_at is None
    before = item.answer
    item.answer = body.answer
    item.answered_by_name = work.actor.name
    item.answered_at = work.now
    application.changed_at = work.now
    application.touch()
    await record(
        work,
        application,
        EventType.RETURN_ITEM_ANSWERED,
        f"Item {item.number} of the return answered",
        after={"item": str(item.id), "from": before, "to": body.answer},
    )
    if first_time and all(other.answered_at is not None for other in current):
        await record(work, application, EventType.RETURN_ITEMS_ANSWERED, "Every item of the return is answered")
        await outbox.queue(work, ReturnItemsAnswered(review_id=item.review_id))
    await work.session.flush()
    return to_schema(item)


def to_schema(row: ReturnItem) -> schemas.ReturnItem:
    return schemas.ReturnItem(
        etag=etag(row.version),
        id=row.id,
        review_id=row.review_id,
        number=row.number,
        section=row.concerns,
        pointer=row.pointer,
        code=row.code,
        asked=row.asked,
        answer_by=row.answer_by,
        answer=row.answer,
        answered_by_name=row.answered_by_name,
        answered_at=row.answered_at,
    )
