"""Pages for people: no inline scripts or styles, and one page for each problem."""

import re
from html import escape

import httpx
import pytest

from app.domain.refusals.catalogue import REFUSALS
from app.domain.refusals.input_faults import InputFaultCode

PAGES = ("/", "/docs", "/problems", "/problems/not_ready")


async def test_an_unknown_problem_code_is_404(client: httpx.AsyncClient) -> None:
    answer = await client.get("/problems/no_such_problem")
    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_loads_nothing_external_and_has_no_inline_code(client: httpx.AsyncClient, path: str) -> None:
    """The page satisfies its strict policy: no inline script or style, and only this server's files."""
    answer = await client.get(path)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert not re.search(r"<script>|<style| style=| on[a-z]+=", answer.text)
    for address in re.findall(r'(?:src|href)="([^"]+)"', answer.text):
        assert address.startswith(("/", "#")), address
        if address.startswith("/static/"):
            assert (await client.get(address)).status_code == 200, address


async def test_each_problem_has_a_page_with_its_meaning_and_the_operations_that_answer_it(
    client: httpx.AsyncClient,
) -> None:
    listed = (await client.get("/problems")).text
    assert all(f'href="/problems/{code}"' in listed for code in REFUSALS)
    page = (await client.get("/problems/not_ready")).text
    assert "submitApplication" in page
    assert "getProcess" not in page
    faults = (await client.get("/problems/invalid_input")).text
    assert all(f'id="{code}"' in faults and escape(code.meaning) in faults for code in InputFaultCode)
