"""The record of every change, to read, search and export (R24)."""

from typing import Annotated

from fastapi import Query, Request, Response

from app.domain.permissions import Permission
from app.http.access import require
from app.http.dependencies import ClockDep, DatabaseDep, WorkDep
from app.http.downloads import send_while_read
from app.http.negotiation import representation
from app.http.route import router
from app.schemas import records as schemas
from app.services import records
from app.services.rate_limits import Limit

routes = router("/v1/records", "Records")
MediaTypeDep = Annotated[str, representation(records.CSV, records.JSON_LINES)]


@routes.get(
    "",
    operation_id="listRecords",
    summary="List recorded changes",
    dependencies=[require(Permission.READ_RECORDS)],
)
async def list_records(work: WorkDep, query: Annotated[schemas.RecordQuery, Query()]) -> schemas.RecordedChangePage:
    """Returns every change that you may read, with who made it and the values before and after, newest first.

    Staff read the record of what they can read in the product. That of accounts, integration clients, settings and
    jobs is for administrators.
    """
    return await records.list_all(work, query)


@routes.get(
    "/export",
    operation_id="exportRecords",
    summary="Export recorded changes",
    response_class=Response,
    responses={
        200: {
            "description": "The changes, oldest first.",
            "content": {
                records.CSV: {"schema": {"type": "string"}},
                records.JSON_LINES: {"schema": {"type": "string"}},
            },
        }
    },
    dependencies=[require(Permission.READ_RECORDS, limits=(Limit("record_exports", 60, 3600),))],
)
async def export_records(
    request: Request,
    work: WorkDep,
    database: DatabaseDep,
    clock: ClockDep,
    query: Annotated[schemas.RecordExportQuery, Query()],
    media_type: MediaTypeDep,
) -> Response:
    """Returns all the changes that `listRecords` would, as one file: CSV for spreadsheets, or with `Accept:
    application/jsonl` a JSON object in each line.

    The CSV begins with a byte order mark, and an apostrophe stands before whatever a spreadsheet would take for a
    formula. A file that ends early is cut off: its connection is closed before the last chunk.
    """
    content = await records.export(work, database, clock, query, media_type)
    return send_while_read(request, content, media_type=media_type, file_name=records.FILE_NAMES[media_type])
