"""The bank statement of `docs/day-to-day.md`, uploaded as the page says."""

import re
import shlex

import httpx

from app.domain.actors import StaffRole
from tests.routers.bank_stage import list_lines, send_statement
from tests.typed import ROOT
from tests.world import World

PAGE = (ROOT / "docs" / "day-to-day.md").read_text(encoding="utf-8")


def _block(name: str, language: str) -> str:
    (found,) = re.findall(rf"<!-- {name} -->\n```{language}\n(.*?)```", PAGE, flags=re.DOTALL)
    return str(found)


async def test_the_statement_of_the_page_is_read_with_the_columns_of_the_page(world: World) -> None:
    words = shlex.split(_block("bank upload", "bash").replace("\\\n", " "))
    fields = dict(words[at + 1].split("=", 1) for at, word in enumerate(words) if word == "-F")
    assert fields.pop("file") == "@statement.csv"
    account = fields.pop("account")
    content = _block("bank statement", "csv").replace("2026", "2025").encode()
    finance = await world.staff(StaffRole.FINANCE)
    first = await send_statement(world, finance, content, fields=fields, account=account)
    assert first.status_code == 201, first.text
    assert await _amounts(world) == [("out", 650), ("in", 50_000), ("in", 50_000)]
    again: httpx.Response = await send_statement(
        world, finance, content + b"28/11/2025,NEW,1.00,,1994.50\n", fields={}, account=account
    )
    assert (again.json()["new_lines"], again.json()["known_lines"]) == (1, 3)


async def _amounts(world: World) -> list[tuple[str, int]]:
    lines = await list_lines(world, await world.staff(StaffRole.FINANCE))
    return [(line["direction"], line["amount"]["amount"]) for line in lines]
