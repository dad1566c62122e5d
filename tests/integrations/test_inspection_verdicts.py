"""Every way to inspect a file comes to the same verdict."""

import os
from collections.abc import Iterator

import pytest

from app.integrations.inspection import FileRefused, RefusalCode
from app.integrations.inspection.inspector import inspect
from app.integrations.inspection.processes import messages, pool, spawned
from app.integrations.inspection.processes.pool import Pool
from tests.integrations import file_samples as make
from tests.integrations import (
    test_inspection_compound,
    test_inspection_opendocument,
    test_inspection_openxml,
    test_inspection_rich_text,
    test_inspector,
)
from tests.integrations.corpus.pdf_honest import HONEST
from tests.integrations.corpus.pdf_hostile import HOSTILE
from tests.integrations.inspectors import ENDLESS, PDF, RTF, Found, opened, refusal, verdict, with_pool

_MODULES = (
    test_inspection_compound,
    test_inspection_opendocument,
    test_inspection_openxml,
    test_inspection_rich_text,
)


def _corpus() -> Iterator[tuple[str, str | None, bytes]]:
    """Every file of the other tests, with its name there and a file name."""
    for module in _MODULES:
        for name, (content, _) in module.REFUSED.items():
            yield name, "policy.pdf", content
        for name, content in module.SOUND.items():
            yield name, None, content
    for name, (content, _) in HOSTILE.items():
        yield name, "policy.pdf", content
    for name, (content, _) in HONEST.items():
        yield name, None, content
    for name, (filename, content, _) in test_inspector.REFUSED.items():
        yield name, filename, content


def test_a_worker_says_the_same_as_the_inspection_itself() -> None:
    async def body(inspectors: Pool) -> None:
        count = 0
        for name, filename, content in _corpus():
            count += 1
            with opened(content) as descriptor, os.fdopen(os.dup(descriptor), "rb") as source:
                plain: Found
                try:
                    plain = inspect(source, filename=filename, limit_bytes=make.LIMIT_BYTES).kind
                except FileRefused as refused:
                    plain = refused.code, refused.reason
            assert await verdict(inspectors, content, filename) == plain, name

        assert count > 100

    with_pool(body)


@pytest.mark.parametrize("content", [PDF, RTF, make.EXE, b"", PDF[:-500]], ids=["pdf", "rtf", "exe", "empty", "cut"])
def test_a_process_for_each_file_says_the_same_as_a_worker(content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """The way of systems without fork."""

    async def body(inspectors: Pool) -> None:
        by_worker = await verdict(inspectors, content, "policy.doc")
        monkeypatch.setattr(pool, "_FORKS", False)
        assert await verdict(inspectors, content, "policy.doc") == by_worker

    with_pool(body)


def test_a_process_for_one_file_is_bounded_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "_FORKS", False)

    async def body(inspectors: Pool) -> None:
        monkeypatch.setattr(messages, "CPU_SECONDS", 1)
        assert await refusal(inspectors, ENDLESS) is RefusalCode.TOO_COMPLEX
        monkeypatch.setattr(spawned, "WALL_CLOCK_SECONDS", 0.01)
        with pytest.raises(messages.Unfinished):
            await verdict(inspectors, PDF)

    with_pool(body)
