"""Where invoices, credit notes, payments, refunds and centres are in finance systems (R18)."""

from typing import Annotated

from fastapi import Path
from pydantic import AfterValidator

from app.domain.external_refs import system_key
from app.domain.permissions import Permission
from app.domain.refusals.external_refs import ExternalIdFixed, ExternalRefTaken
from app.domain.refusals.requests import TooManyRecords
from app.http.access import require
from app.http.dependencies import Target, WorkDep
from app.http.refuses import refuses
from app.http.route import router
from app.queries.external_refs import (
    Subject,
    find_centre_subject,
    find_credit_note_subject,
    find_invoice_subject,
    find_payment_subject,
)
from app.schemas.centres import AccountReference, AccountReferenceSave
from app.schemas.external_refs import ExternalRef, ExternalRefSave
from app.services import centres, external_refs

invoice_routes = router("/v1/invoices/{invoice_id}/external-refs", "Invoices")
credit_note_routes = router("/v1/credit-notes/{credit_note_id}/external-refs", "Invoices")
payment_routes = router("/v1/payments/{payment_id}/external-refs", "Invoices")
account_routes = router("/v1/centres/{centre_id}/account-reference", "Centres")
centre_routes = router("/v1/centres/{centre_id}/external-refs", "Centres")
SystemPath = Annotated[
    str,
    Path(
        pattern="^[A-Za-z0-9][A-Za-z0-9._ -]{0,49}$",
        description="The finance system's name, as in `external_system` of a payment: letters, digits, spaces, `._-`. "
        "Case makes no difference: it is stored and shown in lower case.",
        examples=["xero"],
    ),
    AfterValidator(system_key),
]
SubjectDep = Annotated[Subject, Target]


@invoice_routes.put(
    "/{system}",
    operation_id="saveInvoiceExternalRef",
    summary="Say where an invoice is in a finance system",
    dependencies=[require(Permission.WRITE_EXTERNAL_REFS, find_invoice_subject)],
)
@refuses(ExternalRefTaken, TooManyRecords)
async def save_invoice_external_ref(
    work: WorkDep, subject: SubjectDep, system: SystemPath, body: ExternalRefSave
) -> ExternalRef:
    """Replaces what is known of the invoice in this system. It can be repeated, and needs no `If-Match`: each system
    speaks for itself."""
    return await external_refs.save(work, subject, system, body)


@invoice_routes.delete(
    "/{system}",
    operation_id="deleteInvoiceExternalRef",
    status_code=204,
    summary="Forget where an invoice is in a finance system",
    dependencies=[require(Permission.WRITE_EXTERNAL_REFS, find_invoice_subject)],
)
async def delete_invoice_external_ref(work: WorkDep, subject: SubjectDep, system: SystemPath) -> None:
    """Removes what is known of the invoice in this system. Repeating it is a no-op."""
    await external_refs.delete(work, subject, system)


@credit_note_routes.put(
    "/{system}",
    operation_id="saveCreditNoteExternalRef",
    summary="Say where a credit note is in a finance system",
    dependencies=[require(Permission.WRITE_EXTERNAL_REFS, find_credit_note_subject)],
)
@refuses(ExternalRefTaken, TooManyRecords)
async def save_credit_note_external_ref(
    work: WorkDep, subject: SubjectDep, system: SystemPath, body: ExternalRefSave
) -> ExternalRef:
    """Replaces what is known of the credit note in this system, as `saveInvoiceExternalRef` does."""
    return await external_refs.save(work, subject, system, body)


@credit_note_routes.delete(
    "/{system}",
    operation_id="deleteCreditNoteExternalRef",
    status_code=204,
    summary="Forget where a credit note is in a finance system",
    dependencies=[require(Permission.WRITE_EXTERNAL_REFS, find_credit_note_subject)],
)
async def delete_credit_note_external_ref(work: WorkDep, subject: SubjectDep, system: SystemPath) -> None:
    """Removes what is known of the credit note in this system. Repeating it is a no-op."""
    await external_refs.delete(work, subject, system)


@payment_routes.put(
    "/{system}",
    operation_id="savePaymentExternalRef",
    summary="Say where a payment or refund is in a finance system",
    dependencies=[require(Permission.WRITE_EXTERNAL_REFS, find_payment_subject)],
)
@refuses(ExternalRefTaken, ExternalIdFixed, TooManyRecords)
async def save_payment_external_ref(
    work: WorkDep, subject: SubjectDep, system: SystemPath, body: ExternalRefSave
) -> ExternalRef:
    """Replaces what is known of the payment or refund in this system, as `saveInvoiceExternalRef` does.

    A payment that was recorded with `external_system` keeps its `external_payment_id` there. Once another payment has
    the id, `recordPayment` with it is refused as already recorded.
    """
    return await external_refs.save_of_payment(work, subject, system, body)


@payment_routes.delete(
    "/{system}",
    operation_id="deletePaymentExternalRef",
    status_code=204,
    summary="Forget where a payment or refund is in a finance system",
    dependencies=[require(Permission.WRITE_EXTERNAL_REFS, find_payment_subject)],
)
@refuses(ExternalIdFixed)
async def delete_payment_external_ref(work: WorkDep, subject: SubjectDep, system: SystemPath) -> None:
    """Removes what is known of the payment or refund in this system. Repeating it is a no-op."""
    await external_refs.delete_of_payment(work, subject, system)


@centre_routes.put(
    "/{system}",
    operation_id="saveCentreExternalRef",
    summary="Say where a centre is in a finance system",
    dependencies=[require(Permission.WRITE_EXTERNAL_REFS, find_centre_subject)],
)
@refuses(ExternalRefTaken, TooManyRecords)
async def save_centre_external_ref(
    work: WorkDep, subject: SubjectDep, system: SystemPath, body: ExternalRefSave
) -> ExternalRef:
    """Replaces what is known of the centre, a customer, in this system, as `saveInvoiceExternalRef` does."""
    return await external_refs.save(work, subject, system, body)


@centre_routes.delete(
    "/{system}",
    operation_id="deleteCentreExternalRef",
    status_code=204,
    summary="Forget where a centre is in a finance system",
    dependencies=[require(Permission.WRITE_EXTERNAL_REFS, find_centre_subject)],
)
async def delete_centre_external_ref(work: WorkDep, subject: SubjectDep, system: SystemPath) -> None:
    """Removes what is known of the centre in this system. Repeating it is a no-op."""
    await external_refs.delete(work, subject, system)


@account_routes.put(
    "",
    operation_id="saveAccountReference",
    summary="Set a centre's account reference",
    dependencies=[require(Permission.WRITE_EXTERNAL_REFS, find_centre_subject)],
)
async def save_account_reference(work: WorkDep, subject: SubjectDep, body: AccountReferenceSave) -> AccountReference:
    """Sets which account of the sales ledger the centre is. The centre and its invoices from then on show it, and
    electronic invoices as the buyer's identifier (BT-46)."""
    return await centres.save_account_reference(work, subject, body)
