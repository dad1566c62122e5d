"""Letters and their delivery logs, shown with what they belong to."""

from typing import Annotated

from fastapi import Query

from app.domain.permissions import Permission
from app.http.access import require
from app.http.dependencies import Target, WorkDep
from app.http.route import router
from app.models import Application, Email, InitialApplication, Invoice, Membership, StaffMember
from app.queries.applications import find_application
from app.queries.centre_users import find_centre_user
from app.queries.deliveries import find_letter
from app.queries.initial_applications import find_initial_application
from app.queries.invoices import find_invoice
from app.queries.staff import find_staff_member
from app.schemas import letters as schemas
from app.services import letters

routes = router("/v1", "Letters")
QueryDep = Annotated[schemas.LetterQuery, Query()]


@routes.get(
    "/letters",
    operation_id="listLetters",
    summary="List letters",
    dependencies=[require(Permission.READ_ALL_LETTERS)],
)
async def list_letters(work: WorkDep, query: Annotated[schemas.AllLettersQuery, Query()]) -> schemas.LetterPage:
    """Returns every letter with its delivery log, newest first. Filter by `status` to find those that did not
    arrive."""
    return await letters.list_all(work, query)


@routes.get(
    "/letters/{letter_id}",
    operation_id="getLetter",
    summary="Read a letter",
    dependencies=[require(Permission.READ_ALL_LETTERS, find_letter)],
)
async def get_letter(work: WorkDep, row: Annotated[Email, Target]) -> schemas.Letter:
    """Returns a letter's recipients and delivery log. Its text is not kept."""
    return await letters.show(work, row)


@routes.get(
    "/applications/{application_id}/letters",
    operation_id="listApplicationLetters",
    summary="List an application's letters",
    dependencies=[require(Permission.READ_LETTERS, find_application)],
)
async def list_application_letters(
    work: WorkDep, row: Annotated[Application, Target], query: QueryDep
) -> schemas.LetterPage:
    """Returns the letters about an application and its invoice, newest first. A super user sees those that are
    addressed to the centre."""
    return await letters.list_of(work, row.id, query)


@routes.get(
    "/invoices/{invoice_id}/letters",
    operation_id="listInvoiceLetters",
    summary="List an invoice's letters",
    dependencies=[require(Permission.READ_LETTERS, find_invoice)],
)
async def list_invoice_letters(
    work: WorkDep, row: Annotated[Invoice, Target], query: Annotated[schemas.InvoiceLetterQuery, Query()]
) -> schemas.LetterPage:
    """Returns the letters with or about an invoice, its payments and its credit notes, newest first: who each went to,
    and whether it is queued, sent, held or came back."""
    return await letters.list_of(work, row.id, query, entry_id=query.entry_id)


@routes.get(
    "/initial-applications/{initial_application_id}/letters",
    operation_id="listInitialApplicationLetters",
    summary="List an initial application's letters",
    dependencies=[require(Permission.READ_INITIAL_APPLICATIONS, find_initial_application)],
)
async def list_initial_application_letters(
    work: WorkDep, row: Annotated[InitialApplication, Target], query: QueryDep
) -> schemas.LetterPage:
    """Returns the acknowledgement, and the decline or the first super user's log-in details, newest first."""
    return await letters.list_of(work, row.id, query)


@routes.get(
    "/centres/{centre_id}/users/{user_id}/letters",
    operation_id="listCentreUserLetters",
    summary="List a user's invitations",
    dependencies=[require(Permission.READ_LETTERS, find_centre_user)],
)
async def list_centre_user_letters(
    work: WorkDep, row: Annotated[Membership, Target], query: QueryDep
) -> schemas.LetterPage:
    """Returns the letters that invited a user or brought their log-in details, newest first. If the last one bounced,
    correct the address and invite the user again."""
    return await letters.list_of(work, row.id, query)


@routes.get(
    "/staff/{staff_id}/letters",
    operation_id="listStaffLetters",
    summary="List a staff member's invitations",
    dependencies=[require(Permission.READ_STAFF, find_staff_member)],
)
async def list_staff_letters(work: WorkDep, row: Annotated[StaffMember, Target], query: QueryDep) -> schemas.LetterPage:
    """Returns the letters that brought a staff member's log-in details, newest first."""
    return await letters.list_of(work, row.id, query)
