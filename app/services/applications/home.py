"""The centre's home: progress, gaps and the next step (R07)."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from app.database import Work
from app.domain.contact_roles import ContactRole
from app.domain.gaps import Missing
from app.domain.json_values import JsonObject
from app.domain.refusals.input_faults import InputFaultCode
from app.domain.workflow import ACCEPTING, EDITABLE, Party, Status
from app.queries.application_rows import find_latest_application_row
from app.queries.home import HomeRow
from app.schemas import applications as schemas
from app.schemas.applications import NextStep
from app.services.applications.overview import judge_row, summary
from app.services.help import help_contacts, useful_links


async def show(work: Work, home: HomeRow) -> schemas.CentreHome:
    """Show progress, gaps and the next step."""
    row = await find_latest_application_row(work, home.id)
    gaps = judge_row(work, row).gaps if row is not None else ()
    shown = summary(work, row, missing=len(gaps)) if row is not None else None
    code, sentence = _next_step(home, shown, gaps)
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
            "missing": [vars(gap) for gap in gaps],
            "recognition": {"number": number, "status": home.recognition_status} if number is not None else None,
            "next_step": sentence,
            "next_step_code": code,
            "help": help_contacts(work.settings),
            "useful_links": useful_links(work.settings),
        }
    )


def _next_step(home: HomeRow, application: JsonObject | None, gaps: Sequence[Missing]) -> tuple[NextStep, str]:
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
            return NextStep.SUBMIT_APPLICATION, "Nothing is missing: a super user can submit the application."
        if all(gap.code is InputFaultCode.DOCUMENT_BEING_SCANNED for gap in gaps):
            return (
                NextStep.WAIT_FOR_VIRUS_SCAN,
                "Nothing is missing, but our virus scanner has yet to check a document. You can submit when it has.",
            )
        things = f"{len(gaps)} thing{'s are' if len(gaps) > 1 else ' is'}"
        return NextStep.COMPLETE_APPLICATION, f"Complete the application: {things} still missing."
    if status in ACCEPTING:
        if not home.open_actions:
            return NextStep.ENJOY_RECOGNITION, "Congratulations, you are a recognised centre."
        return (
            NextStep.COMPLETE_ACTIONS,
            "You are a recognised centre. Complete the open actions, and send evidence for each.",
        )
    if application["waiting_on"] is Party.CENTRE and status is not Status.AWAITING_PAYMENT:
        return NextStep.PAY_INVOICE_AGAIN, "A payment was reversed. We continue once the invoice is paid again."
    return _WHILE[status]


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
