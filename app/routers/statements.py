"""The statement of account of a centre (R18)."""

from typing import Annotated, Any

from fastapi import Query

from app.domain.permissions import Permission
from app.http.access import require
from app.http.dependencies import Target, WorkDep
from app.http.negotiation import JSON, represent, representation
from app.http.route import router
from app.models import Centre
from app.pdf.issued.keeping import PDF
from app.queries.statements import find_account
from app.schemas import statements as schemas
from app.services import statements

routes = router("/v1/centres/{centre_id}/statement", "Invoices")
CentreDep = Annotated[Centre, Target]
MediaTypeDep = Annotated[str, representation(JSON, PDF)]


@routes.get(
    "",
    operation_id="getStatement",
    summary="Read a centre's statement of account",
    response_model=schemas.Statement,
    responses={200: {"content": {PDF: {"schema": {"type": "string", "format": "binary"}}}}},
    dependencies=[require(Permission.READ_INVOICES, find_account)],
)
async def get_statement(
    work: WorkDep, row: CentreDep, query: Annotated[schemas.StatementQuery, Query()], media_type: MediaTypeDep
) -> Any:
    """Returns every invoice and every entry of its ledger in the period, with the balance after each, as JSON or with
    `Accept: application/pdf` as a PDF. It is not a VAT invoice.

    Each line stands on the day of issue or of recording, so a period that is over never changes.
    """
    shown = await statements.show_as(work, row, query, media_type)
    return represent(shown, media_type, version=None, file_name=f"Statement {row.reference}.pdf")
