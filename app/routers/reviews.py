"""Reviews and return items (R17)."""

from typing import Annotated

from app.domain.permissions import Permission
from app.domain.refusals.applications import ApplicationLocked, EarlierReturn
from app.domain.refusals.requests import TooManyRecords
from app.http.access import require
from app.http.dependencies import ExpectedDep, Target, WorkDep
from app.http.refuses import refuses
from app.http.route import router
from app.models import ReturnItem
from app.queries.applications import FoundApplication, find_application
from app.queries.return_items import find_return_item
from app.schemas import reviews as schemas
from app.services.reviews import return_items, reviews

routes = router("/v1/applications/{application_id}", "Reviews")
ApplicationDep = Annotated[FoundApplication, Target]

_READ = require(Permission.READ_APPLICATION, find_application)


@routes.post(
    "/reviews",
    operation_id="reviewApplication",
    status_code=201,
    summary="Review the application",
    dependencies=[
        require(Permission.REVIEW_APPLICATION, find_application, location="/v1/applications/{application_id}/reviews")
    ],
)
@refuses(TooManyRecords)
async def review_application(
    work: WorkDep, application: ApplicationDep, expected: ExpectedDep, body: schemas.ReviewCreate
) -> schemas.Review:
    """Passes the initial review, which issues the invoice, or returns the application with an explanation and items."""
    return await reviews.review_application(work, application, expected, body)


@routes.get("/reviews", operation_id="listReviews", summary="List reviews", dependencies=[_READ])
async def list_reviews(work: WorkDep, application: ApplicationDep) -> schemas.ReviewList:
    """Returns the reviews of every round, oldest first."""
    return await reviews.list_all(work, application)


@routes.get("/return-items", operation_id="listReturnItems", summary="List return items", dependencies=[_READ])
async def list_return_items(work: WorkDep, application: ApplicationDep) -> schemas.ReturnItemList:
    """Returns the corrections that the centre was asked to make, newest return first."""
    return await return_items.list_all(work, application)


@routes.patch(
    "/return-items/{item_id}",
    operation_id="answerReturnItem",
    summary="Answer a return item",
    dependencies=[require(Permission.WORK_ON_SECTIONS, find_return_item)],
)
@refuses(ApplicationLocked, EarlierReturn)
async def answer_return_item(
    work: WorkDep, item: Annotated[ReturnItem, Target], expected: ExpectedDep, body: schemas.ReturnItemAnswer
) -> schemas.ReturnItem:
    """Answers one item. The application can be resubmitted once every item is answered; staff are told when that is
    so."""
    return await return_items.answer_return_item(work, item, expected, body)
