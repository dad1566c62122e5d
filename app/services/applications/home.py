"""The centre's home: progress, gaps and the next step (R07)."""

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Final

from app.database import Work
from app.domain.contact_roles import ContactRole
from app.domain.documents import DocumentKind
from app.domain.formats import money, plain_date
from app.domain.gaps import Missing
from app.domain.json_values import JsonObject
from app.domain.preconditions import etag
from app.domain.refusals.input_faults import InputFaultCode
from app.domain.workflow import ACCEPTING, EDITABLE, Party, Status
from app.domain.working_days import london_date
from app.queries.application_rows import ApplicationRow
from app.queries.forms import COMPLETE
from app.queries.home import HomeRow, StandingRow, find_latest_application
from app.schemas import home as schemas
from app.schemas.home import NextStep
from app.services.applications.overview import judge_row, sections, summary
from app.services.help import help_contacts, useful_links


async def show(work: Work, home: HomeRow) -> schemas.CentreHome:
    """Show progress, gaps and the next step."""
    found = await find_latest_application(work, home.id)
    row, standing = found if found is not None else (None, None)
    judged = judge_row(work, row) if row is not None else COMPLETE
    shown = summary(work, row, missing=len(judged.gaps)) if row is not None else None
    returned = _returned(standing.returned) if standing is not None and standing.returned is not None else None
    invoice = _invoice(work, row, standing) if row is not None and standing is not None else None
    code, sentence = _next_step(london_date(work.now), home, shown, judged.gaps, returned, invoice, standing)
    held = frozenset(home.roles_held or ())
    number = home.recognition_number
    return schemas.CentreHome.model_validate(
        {
            "centre_id": home.id,
            "name": home.name,
            "reference": home.reference,
            "main_site_id": home.main_site_id,
            "open_sites": home.open_sites,
            "contacts": home.contacts,
            "contact_roles_missing": [role for role in ContactRole if role.value not in held],
            "users": home.users,
            "application": shown,
            "missing": [vars(gap) for gap in judged.gaps],
            "returned": returned,
            "sections": sections(work, row, judged) if row is not None else [],
            "invoice": invoice,
            "documents": _documents(work, home.documents or ()),
            "recognition": {"number": number, "status": home.recognition_status} if number is not None else None,
            "next_step": sentence,
            "next_step_code": code,
            "help": help_contacts(work.settings),
            "useful_links": useful_links(work.settings),
        }
    )


def _returned(review: JsonObject) -> schemas.HomeReturn:
    items = [
        item | {"etag": etag(item["version"]), "section": item["part"] or item["section"]} for item in review["items"]
    ]
    still_open = [item for item in items if item["answered_at"] is None]
    return schemas.HomeReturn.model_validate(
        {
            "review_id": review["id"],
            "stage": review["stage"],
            "explanation": review["explanation"] or "",
            "returned_by_name": review["reviewed_by_name"],
            "returned_at": review["reviewed_at"],
            "answer_by": min((item["answer_by"] for item in still_open if item["answer_by"] is not None), default=None),
            "unanswered": len(still_open),
            "items": items,
        }
    )


def _invoice(work: Work, row: ApplicationRow, standing: StandingRow) -> schemas.HomeInvoice | None:
    if row.invoice_id is None or row.due_pence is None or row.invoice_due_on is None:
        return None
    due = max(0, row.due_pence)
    return schemas.HomeInvoice.model_validate(
        {
            "id": row.invoice_id,
            "number": standing.invoice_number,
            "status": standing.invoice_status,
            "total": {"amount": standing.invoice_total_pence, "currency": standing.invoice_currency},
            "due": {"amount": due, "currency": standing.invoice_currency},
            "due_on": row.invoice_due_on,
            "overdue": due > 0 and not standing.invoice_awaits and row.invoice_due_on < london_date(work.now),
            "path": f"{work.settings.root_path}/v1/invoices/{row.invoice_id}",
        }
    )


def _documents(work: Work, documents: Sequence[JsonObject]) -> list[JsonObject]:
    order = list(DocumentKind)
    return [
        document | {"content_path": f"{work.settings.root_path}/v1/documents/{document['id']}/content"}
        for document in sorted(documents, key=lambda document: order.index(document["kind"]))
    ]


def _next_step(
    today: date,
    home: HomeRow,
    application: JsonObject | None,
    gaps: Sequence[Missing],
    returned: schemas.HomeReturn | None,
    invoice: schemas.HomeInvoice | None,
    standing: StandingRow | None,
) -> tuple[NextStep, str]:
    if application is None:
        if set(home.roles_held or ()) == {role.value for role in ContactRole}:
            return NextStep.START_APPLICATION, "Start the application for centre recognition."
        return (
            NextStep.ADD_CONTACTS,
            "Add your delivery sites and contacts, then start the application for centre recognition.",
        )
    status: Status = application["status"]
    if status in EDITABLE:
        if not gaps:
            again = " again" if returned is not None else ""
            return NextStep.SUBMIT_APPLICATION, f"Nothing is missing: a super user can submit the application{again}."
        if all(gap.code is InputFaultCode.DOCUMENT_BEING_SCANNED for gap in gaps):
            return (
                NextStep.WAIT_FOR_VIRUS_SCAN,
                "Nothing is missing, but our virus scanner has yet to check a document. You can submit when it has.",
            )
        if returned is not None and returned.unanswered:
            return NextStep.ANSWER_RETURN, _answer(returned, len(gaps) - returned.unanswered)
        return NextStep.COMPLETE_APPLICATION, f"Complete the application: {_things(len(gaps))} still missing."
    if status in ACCEPTING:
        if not home.open_actions:
            return NextStep.ENJOY_RECOGNITION, "Congratulations, you are a recognised centre."
        return (
            NextStep.COMPLETE_ACTIONS,
            "You are a recognised centre. Complete the open actions, and send evidence for each.",
        )
    # Of a reopened application, the invoice from before the closing can be the one that is due again.
    paid = status is not Status.AWAITING_PAYMENT or (invoice is not None and not invoice.due.amount)
    if application["waiting_on"] is Party.CENTRE and paid:
        return NextStep.PAY_INVOICE_AGAIN, "A payment was reversed. We continue once the invoice is paid again."
    if application["waiting_on"] is Party.FINANCE:
        return (
            NextStep.WAIT_FOR_INVOICE,
            "We credited the invoice, and write to your finance contact about it.",
        )
    if status is Status.AWAITING_PAYMENT and invoice is not None and standing is not None:
        if standing.invoice_awaits:
            return NextStep.PAY_INVOICE, "We are preparing the invoice, and send it to your finance contact."
        due = money(invoice.due.amount, invoice.due.currency)
        by = f"{due} on invoice {standing.printed_number} is due by {plain_date(invoice.due_on)}"
        return NextStep.PAY_INVOICE, f"Your finance contact has the invoice. {by}. We continue once it is paid."
    if status is Status.CLOSED:
        return NextStep.APPLY_AGAIN, _closed(application["closing"]["reopenable_until"], today)
    return _WHILE[status]


def _closed(reopenable_until: date, today: date) -> str:
    if today > reopenable_until:
        return "We closed the application. You can start a new one."
    return f"We closed the application. Ask us by {plain_date(reopenable_until)} to reopen it, or start a new one."


def _answer(returned: schemas.HomeReturn, others: int) -> str:
    items = f"{returned.unanswered} item{'s' if returned.unanswered > 1 else ''}"
    by = f" by {plain_date(returned.answer_by)}" if returned.answer_by is not None else ""
    more = f" Besides, {_things(others)} still missing." if others else ""
    return f"We returned the application on {plain_date(london_date(returned.returned_at))}. Answer {items}{by}.{more}"


def _things(count: int) -> str:
    return f"{count} thing{'s are' if count > 1 else ' is'}"


_WHILE: Final[Mapping[Status, tuple[NextStep, str]]] = MappingProxyType(
    {
        Status.SUBMITTED: (NextStep.WAIT_FOR_INITIAL_REVIEW, "We are carrying out the initial review."),
        Status.AWAITING_PAYMENT: (
            NextStep.PAY_INVOICE,
            "Your finance contact has the invoice. We continue once it is paid.",
        ),
        Status.IN_REVIEW: (
            NextStep.WAIT_FOR_CENTRE_LEAD,
            "Your centre lead reviews the application and arranges an interview.",
        ),
        Status.AWAITING_DECISION: (
            NextStep.WAIT_FOR_DECISION,
            "The centre lead has made a recommendation. The decision comes next.",
        ),
        Status.REJECTED: (NextStep.APPLY_AGAIN, "The application was not accepted. You can start a new one."),
        Status.WITHDRAWN: (NextStep.APPLY_AGAIN, "The application was withdrawn. You can start a new one."),
    }
)
