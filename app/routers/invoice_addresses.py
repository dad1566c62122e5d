"""Where letters about a centre's invoices go besides its contacts (R18)."""

from typing import Annotated

from app.domain.permissions import Permission
from app.domain.refusals.requests import TooManyRecords
from app.http.access import require
from app.http.dependencies import ExpectedDep, Target, WorkDep
from app.http.refuses import refuses
from app.http.route import router
from app.models import InvoiceAddress
from app.queries.centres import CentreRow, find_centre
from app.queries.invoice_addresses import find_invoice_address
from app.schemas import invoice_addresses as schemas
from app.services import invoice_addresses
from app.services.rate_limits import Limit

_LIST = "/v1/centres/{centre_id}/invoice-addresses"
_LIMITS = (Limit("invoice_addresses", 20, 3600),)
routes = router(_LIST, "Contacts")
CentreDep = Annotated[CentreRow, Target]


@routes.get(
    "",
    operation_id="listInvoiceAddresses",
    summary="List where letters about invoices go",
    dependencies=[require(Permission.READ_CENTRE, find_centre)],
)
async def list_invoice_addresses(work: WorkDep, centre: CentreDep) -> schemas.InvoiceAddressList:
    """Returns the finance contact and the further addresses that get every letter about the centre's invoices, and
    from which of them a letter last came back."""
    return await invoice_addresses.list_all(work, centre)


@routes.post(
    "",
    operation_id="createInvoiceAddress",
    status_code=201,
    summary="Add an address for invoices",
    dependencies=[require(Permission.MANAGE_INVOICE_ADDRESSES, find_centre, limits=_LIMITS, location=_LIST)],
)
@refuses(TooManyRecords)
async def create_invoice_address(
    work: WorkDep, centre: CentreDep, body: schemas.InvoiceAddressCreate
) -> schemas.InvoiceEmailAddress:
    """Adds an accounts inbox, or any other address, to those that get every letter about the centre's invoices from
    now on. An address that is there already is returned as it is. A centre has at most five."""
    return await invoice_addresses.create(work, centre, body)


@routes.delete(
    "/{invoice_address_id}",
    operation_id="deleteInvoiceAddress",
    status_code=204,
    summary="Remove an address for invoices",
    dependencies=[require(Permission.MANAGE_INVOICE_ADDRESSES, find_invoice_address, limits=_LIMITS)],
)
async def delete_invoice_address(work: WorkDep, row: Annotated[InvoiceAddress, Target], expected: ExpectedDep) -> None:
    """Removes the address. Letters that are not sent yet do not go there either."""
    await invoice_addresses.remove(work, row, expected)
