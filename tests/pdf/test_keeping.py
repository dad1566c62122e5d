"""A document is rendered once, whoever asks and when."""

import asyncio
import threading
from pathlib import Path

from app.integrations.storage import LocalDocumentStore
from app.pdf.issued.keeping import IssuedDocument, issue


async def test_callers_at_once_render_once_and_get_the_same(tmp_path: Path) -> None:
    store = LocalDocumentStore(tmp_path)
    may_end, begun = threading.Event(), []

    def render() -> bytes:
        begun.append(1)
        may_end.wait(10)
        return b"copy %d" % len(begun)

    asking = [asyncio.create_task(issue(store, IssuedDocument("a/1.pdf", "A.pdf", render))) for _ in range(3)]
    while not begun:  # noqa: ASYNC110 - a thread says so
        await asyncio.sleep(0.01)
    may_end.set()
    assert await asyncio.gather(*asking) == [b"copy 1"] * 3
    assert await issue(store, IssuedDocument("a/1.pdf", "A.pdf", render)) == b"copy 1"
    assert len(begun) == 1


async def test_a_failed_rendering_is_tried_again(tmp_path: Path) -> None:
    store = LocalDocumentStore(tmp_path)

    def fail() -> bytes:
        raise ZeroDivisionError

    found = await asyncio.gather(
        *(issue(store, IssuedDocument("a/1.pdf", "A.pdf", fail)) for _ in range(2)), return_exceptions=True
    )
    assert [type(error) for error in found] == [ZeroDivisionError] * 2
    assert await issue(store, IssuedDocument("a/1.pdf", "A.pdf", lambda: b"now")) == b"now"
