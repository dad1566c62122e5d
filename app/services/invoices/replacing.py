"""Credit an invoice that is wrong in full and issue another for it, in one operation (R18)."""

from collections.abc import Mapping, Sequence

from app.database import Work
from app.domain.countries import Country
from app.domain.fees import FeeLine, fee_line, totals, with_vat
from app.domain.json_values import JsonObject
from app.domain.refusals.input import InputFault, InvalidInput, in_body
from app.domain.refusals.input_faults import InputFaultCode
from app.domain.refusals.invoices import InvoiceReplaced, InvoiceWaived, NothingToReplace
from app.domain.statuses import ENDED
from app.domain.vat import VatCategory, VatTreatment
from app.models import Invoice
from app.queries.invoice_links import replacement_of
from app.schemas import invoice_ledgers as bodies
from app.schemas import invoices as schemas
from app.schemas.answered import MOST_PENCE
from app.services.invoices.credit_notes import issue_credit_note
from app.services.invoices.issue import replace_invoice
from app.services.invoices.ledger import Book, currency_faults, open_book, require_room_for_credit
from app.services.invoices.listing import show
from app.services.invoices.moving import move
from app.services.workflow.fee_gate import follow_ledger
from app.settings import Settings


async def reissue_invoice(work: Work, found: Invoice, body: bodies.InvoiceReplacementCreate) -> schemas.Invoice:
    """Credit the invoice in full, issue another, and move what was paid to it, at most what it asks for.

    The fee gate is closed until the new one is paid. Raises `InvalidInput`, and `Conflict` for an invoice that was
    replaced or waived, of an application that has ended, and at the limits.
    """
    lines = _lines(work.settings, found, body)
    book = await open_book(work, found)
    await _require_replaceable(work, book)
    old, application = book.invoice, book.application
    creditable = book.uncredited
    if creditable:
        require_room_for_credit(book)
    new = await replace_invoice(
        work,
        application,
        old,
        lines,
        purchase_order_number=body.purchase_order_number,
        customer=_customer(body.customer),
        # A correction does not move the time of supply.
        tax_point=old.time_of_supply,
    )
    if creditable:
        # Whoever reads the credit note knows the finance system's numbers, and the new one has none yet.
        by = "a new invoice" if new.awaiting_number else f"invoice {new.number}"
        reason = f"{body.reason}\n\nReplaced by {by}."
        await issue_credit_note(work, book, creditable, reason, body.reason_code)
    moved = min(book.standing.overpaid, new.total_pence)
    if moved:
        target = Book(application, new, [])
        replacing = "A new invoice" if new.awaiting_number else f"Invoice {new.number}"
        await move(work, book, target, moved, f"{replacing} replaces {old.known_number or 'one without a number'}.")
    await follow_ledger(work, application, f"Invoice {new.number} was paid by what was paid on {old.number}.")
    return await show(work, new)


async def _require_replaceable(work: Work, book: Book) -> None:
    replacement = await replacement_of(work.session, book.invoice.id)
    if replacement is not None:
        raise InvoiceReplaced(replacement.id)
    if book.application.status in ENDED:
        raise NothingToReplace
    if book.invoice.waived:
        raise InvoiceWaived


def _lines(settings: Settings, old: Invoice, body: bodies.InvoiceReplacementCreate) -> Sequence[FeeLine]:
    """The lines as they were, taxed anew if they or their treatment change."""
    known = {each.category: each for each in (settings.fee.eligible_bodies.treatment, settings.fee.treatment) if each}
    faults = [] if body.vat_category in {None, *known} else [_unknown_treatment(known)]
    for number, line in enumerate(body.lines or []):
        faults += currency_faults(old, line.net, f"/lines/{number}/net")
    if faults:
        raise InvalidInput(faults)
    first = old.fee_lines[0]
    treatment = (
        VatTreatment(first.vat_category, first.vat_rate_percent, first.exemption_reason)
        if body.vat_category is None
        else known[body.vat_category]
    )
    if body.lines is not None:
        given = [fee_line(line.description, line.net.amount, treatment, line.quantity) for line in body.lines]
    elif body.vat_category is None:
        return old.fee_lines
    else:
        given = [fee_line(line.description, line.net_pence, treatment, line.quantity) for line in old.fee_lines]
    taxed = with_vat(given)
    if totals(taxed).total_pence > MOST_PENCE:
        raise InvalidInput([in_body("/lines", InputFaultCode.TOO_LARGE, "Enter lines that add up to less.")])
    return taxed


def _unknown_treatment(known: Mapping[VatCategory, VatTreatment]) -> InputFault:
    choices = " or ".join(sorted(category.value for category in known))
    return in_body("/vat_category", InputFaultCode.NOT_A_CHOICE, f"The settings allow {choices}; choose one of these.")


def _customer(given: bodies.ReplacementCustomer | None) -> JsonObject:
    """What the new invoice says of the centre instead of today's details."""
    if given is None:
        return {}
    found: JsonObject = {}
    if given.legal_name is not None:
        found["legal_name"] = given.legal_name
    if given.vat_number is not None:
        found["vat_number"] = given.vat_number
    if given.address is not None:
        address = given.address.model_dump(mode="json")
        found |= {"address": address, "country_code": Country(given.address.country).iso_code}
    return found
