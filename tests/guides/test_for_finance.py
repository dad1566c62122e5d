"""The snippets of `docs/for-finance.md` run in order, as one script."""

import re
import shutil
from pathlib import Path

import pytest
from lxml import etree

from tests.typed import ADDRESS, blocks, environment, typed

PAGE = "docs/for-finance.md"


@pytest.mark.skipif(shutil.which("curl") is None, reason="the page's calls are made with curl")
def test_the_calls_do_what_they_say(sandbox: str, tmp_path: Path) -> None:
    script = "\n".join(blocks(PAGE, "tested")).replace(ADDRESS, sandbox)
    said = typed(script, environment(), tmp_path).splitlines()
    assert said == [
        "invoice.issued",
        "50000",
        said[2],
        "10000",
        "payment_already_recorded",
        "0",
        "synced",
        said[7],
        "whsec_",
        said[9],
    ]
    assert re.fullmatch(r"INV-\d{4}-\d{6}", said[2])
    assert int(said[9]) >= 10000
    assert (tmp_path / "invoice.pdf").read_bytes().startswith(b"%PDF")
    assert etree.parse(tmp_path / "invoice.xml").getroot().tag.endswith("}Invoice")
    assert said[2] in (tmp_path / "invoices.csv").read_text(encoding="utf-8-sig")
