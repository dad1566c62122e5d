"""A bank statement with one line, and requests that settle the line."""

from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from tests.integrations.statement_samples import COLUMNS, csv_of
from tests.routers.bank_stage import upload

if TYPE_CHECKING:
    from tests.contract.landscape import Landscape

FORM = {"account": "main", **COLUMNS}
FILE = ("statement.csv", csv_of("29/05/2026,another fee,500.00"), "text/csv")


async def add_bank_line(made: "Landscape") -> None:
    """Upload a statement of one line, and one of another account."""
    finance = made.logins["finance"]
    await upload(made.world, finance, "29/05/2026,charge,-5.00", account="savings")
    line = f"{made.world.clock().date():%d/%m/%Y},FPI HARBOUR LEARNING,500.00"
    statement = await upload(made.world, finance, line)
    async with made.database.transaction() as session:
        id_ = await session.scalar(text("SELECT id FROM bank_lines WHERE account = 'main'"))
    made.ids |= {"statement_id": statement["id"], "line_id": str(id_)}


async def confirm_line(landscape: "Landscape") -> dict[str, Any]:
    """The invoice is paid, so the line is another payment."""
    return {"allocations": [{"invoice_id": landscape.ids["invoice_id"], "separate_payment": True}]}


async def rejected_line(landscape: "Landscape") -> None:
    """Nothing of the line is open."""
    async with landscape.database.transaction() as session:
        await session.execute(text("UPDATE bank_lines SET status = 'ignored', rejection = 'Interest.'"))


async def statement_form(_: "Landscape") -> dict[str, Any]:
    """A statement that was not uploaded yet."""
    return {"files": {"file": FILE}, "data": FORM}
