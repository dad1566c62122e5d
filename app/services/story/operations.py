"""The operations that the story uses: for each its address, and the service that the address leads to."""

from collections.abc import Awaitable, Callable
from io import BytesIO
from typing import TypeVar

from pydantic import BaseModel

from app.database import Work
from app.domain.policies import PolicyKey
from app.domain.preconditions import Expected
from app.domain.sections import DetailsGroup
from app.models import Application, Base, Centre, InitialApplication, Interview, Invoice, ReturnItem
from app.queries.policies import find_policies
from app.schemas.agreements import AgreementAcceptance
from app.schemas.applications import Withdrawal
from app.schemas.base import Request
from app.schemas.centre_leads import CentreLeadAssign
from app.schemas.centre_users import CentreUserInvite
from app.schemas.contacts import ContactCreate
from app.schemas.decisions import DecisionCreate
from app.schemas.initial_applications import (
    CentreAccountCreate,
    DueDiligenceCheckCreate,
    InitialApplicationCreate,
    InitialApplicationDeclineCreate,
)
from app.schemas.interviews import InterviewCreate, InterviewOutcomeCreate
from app.schemas.payments import PaymentCreate
from app.schemas.recommendations import RecommendationCreate
from app.schemas.reviews import ReturnItemAnswer, ReviewCreate
from app.schemas.sites import SiteCreate
from app.schemas.submissions import SubmissionCreate
from app.services import (
    agreements,
    centre_leads,
    centre_users,
    contacts,
    decisions,
    details,
    payments,
    policies,
    recommendations,
    sites,
    submissions,
)
from app.services.applications import overview, start, withdrawal
from app.services.initial_applications import accounts, due_diligence, receiving
from app.services.interviews import arrangements
from app.services.invoices import listing
from app.services.reviews import return_items, reviews
from app.services.story.script import Call, Operation
from app.services.uploads import Upload

ANY_VERSION = Expected(frozenset(), anything=True)

_INITIAL = "/v1/initial-applications/{initial_application}"
_CENTRE = "/v1/centres/{centre}"
_APPLICATION = "/v1/applications/{application}"
_ITEM = f"{_APPLICATION}/return-items/{{return_item}}"
_INTERVIEW = f"{_APPLICATION}/interviews/{{interview}}"
_INVOICE = "/v1/invoices/{invoice}"
_ID_OF: dict[type[Base], str] = {
    Application: "application",
    Centre: "centre",
    InitialApplication: "initial_application",
    Interview: "interview",
    Invoice: "invoice",
    ReturnItem: "return_item",
}

Row = TypeVar("Row", bound=Base)
Schema = TypeVar("Schema", bound=Request)


def _read(path: str, model: type[Row], service: Callable[[Work, Row], Awaitable[BaseModel]]) -> Operation:
    async def serve(call: Call) -> BaseModel:
        return await service(call.work, await call.row(model, _ID_OF[model]))

    return Operation("GET", path, serve)


def _create(
    path: str, model: type[Row], service: Callable[[Work, Row, Schema], Awaitable[BaseModel]], schema: type[Schema]
) -> Operation:
    """A POST without a precondition."""

    async def serve(call: Call) -> BaseModel:
        return await service(call.work, await call.row(model, _ID_OF[model]), schema.model_validate(call.body))

    return Operation("POST", path, serve)


def _change(
    match: str,
    part: str,
    model: type[Row],
    service: Callable[[Work, Row, Expected, Schema], Awaitable[BaseModel]],
    schema: type[Schema],
    *,
    method: str = "POST",
) -> Operation:
    """A change on the version of what stands at `match`."""

    async def serve(call: Call) -> BaseModel:
        row = await call.row(model, _ID_OF[model])
        return await service(call.work, row, ANY_VERSION, schema.model_validate(call.body))

    return Operation(method, f"{match}{part}", serve, match)


async def _receive(call: Call) -> BaseModel:
    return await receiving.receive(call.work, InitialApplicationCreate.model_validate(call.body))


async def _start(call: Call) -> BaseModel:
    return await start.start_application(call.work, await call.row(Centre, "centre"))


async def _save_group(call: Call) -> BaseModel:
    application = await call.row(Application, "application")
    return await details.save_group(call.work, application, DetailsGroup(call.ids["group"]), ANY_VERSION, call.body)


async def _upload_policy(call: Call) -> BaseModel:
    assert call.file is not None
    upload = Upload(BytesIO(call.file.content), call.file.filename, call.file.media_type)
    application, key = await call.row(Application, "application"), PolicyKey(call.ids["policy"])
    found = await find_policies(call.work, {"application_id": application.id})
    assert found is not None, "whoever acts in a story may see the application"
    return await policies.upload_policy(
        call.work, call.store, found.target, key, ANY_VERSION, upload, call.body.get("note")
    )


async def _show_invoice(call: Call) -> BaseModel:
    return await listing.show(call.work, await call.row(Invoice, "invoice"))


RECEIVE = Operation("POST", "/v1/initial-applications", _receive)
CHECK = _change(_INITIAL, "/checks", InitialApplication, due_diligence.record_check, DueDiligenceCheckCreate)
DECLINE = _change(_INITIAL, "/decline", InitialApplication, due_diligence.decline, InitialApplicationDeclineCreate)
OPEN_ACCOUNT = _change(_INITIAL, "/account", InitialApplication, accounts.create_centre_account, CentreAccountCreate)

SITES = _read(f"{_CENTRE}/sites", Centre, sites.list_all)
ADD_SITE = _create(f"{_CENTRE}/sites", Centre, sites.create, SiteCreate)
USERS = _read(f"{_CENTRE}/users", Centre, centre_users.list_all)
INVITE = _create(f"{_CENTRE}/users", Centre, centre_users.invite, CentreUserInvite)
CONTACTS = _read(f"{_CENTRE}/contacts", Centre, contacts.list_all)
ADD_CONTACT = _create(f"{_CENTRE}/contacts", Centre, contacts.create, ContactCreate)

START = Operation("POST", f"{_CENTRE}/applications", _start)
APPLICATION = _read(_APPLICATION, Application, overview.show)
SAVE_GROUP = Operation("PATCH", f"{_APPLICATION}/details/{{group}}", _save_group, f"{_APPLICATION}/details/{{group}}")
UPLOAD_POLICY = Operation(
    "PUT", f"{_APPLICATION}/policies/{{policy}}", _upload_policy, f"{_APPLICATION}/policies/{{policy}}"
)
AGREEMENT = _read(f"{_APPLICATION}/agreement", Application, agreements.show)
AGREE = _change(
    f"{_APPLICATION}/agreement", "", Application, agreements.accept_agreement, AgreementAcceptance, method="PUT"
)
SUBMIT = _change(_APPLICATION, "/submissions", Application, submissions.submit_application, SubmissionCreate)
WITHDRAW = _change(_APPLICATION, "/withdrawal", Application, withdrawal.withdraw, Withdrawal)

REVIEW = _change(_APPLICATION, "/reviews", Application, reviews.review_application, ReviewCreate)
RETURN_ITEMS = _read(f"{_APPLICATION}/return-items", Application, return_items.list_all)
ANSWER_ITEM = _change(_ITEM, "", ReturnItem, return_items.answer_return_item, ReturnItemAnswer, method="PATCH")

INVOICE = Operation("GET", _INVOICE, _show_invoice)
RECORD_PAYMENT = _create(f"{_INVOICE}/payments", Invoice, payments.record_payment, PaymentCreate)
ASSIGN_LEAD = _change(
    _APPLICATION, "/centre-lead", Application, centre_leads.assign_centre_lead, CentreLeadAssign, method="PUT"
)
ARRANGE = _change(_APPLICATION, "/interviews", Application, arrangements.arrange, InterviewCreate)
RECORD_OUTCOME = _change(_INTERVIEW, "/outcome", Interview, arrangements.record_outcome, InterviewOutcomeCreate)
RECOMMEND = _change(_APPLICATION, "/recommendations", Application, recommendations.recommend, RecommendationCreate)
DECIDE = _change(_APPLICATION, "/decisions", Application, decisions.decide, DecisionCreate)
