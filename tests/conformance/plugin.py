"""Check every response that a test gets from the app against the contract, and record it.

A test fails if one of its responses violates the document. A run of the whole suite fails if the document describes a
response that no test received.
"""

from collections.abc import Generator, Iterable
from functools import cache
from typing import Any

import httpx
import pytest

from tests.conformance.answers import Answer, Contract
from tests.unserved import unserved_app

Seen = tuple[str, int, str]
"""An operation, a status, and the problem's code or nothing."""

seen: set[Seen] = set()
_faults: list[str] = []
_missing: list[str] = []


@cache
def current() -> Contract:
    """The contract generated from the app, not from the file. Needs no database."""
    return Contract(unserved_app().openapi())


def judge(answer: Answer) -> list[str]:
    """Record the response and return its violations."""
    judged = current()
    for operation in judged.operations_of(answer):
        seen.add((operation, answer.status, answer.code))
    return judged.faults(answer)


class _Watched(httpx.ASGITransport):
    """The tests' transport, which checks each response of the product's app."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await super().handle_async_request(request)
        # Some tests build a small app without a contract. The server's admission control wraps the app.
        app = getattr(self.app, "app", self.app)
        if hasattr(getattr(app, "state", None), "deployment"):
            body = b"".join([part async for part in response.stream])  # type: ignore[union-attr]
            headers = {name.lower(): value for name, value in response.headers.items()}
            _faults.extend(judge(Answer(request.method, request.url.path, response.status_code, headers, body)))
        return response


def pytest_configure(config: pytest.Config) -> None:
    """Have every test client use this transport."""
    httpx.ASGITransport = _Watched  # type: ignore[misc]


def _fail() -> None:
    if _faults:
        faults = "\n".join(dict.fromkeys(_faults))
        _faults.clear()
        pytest.fail(f"Not what the contract says:\n{faults}", pytrace=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup() -> Generator[None]:
    """Attribute responses to fixtures to the test that uses them."""
    yield
    _fail()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Generator[None]:
    """Check the test's responses. Its own failure takes precedence."""
    try:
        yield
    except BaseException:
        _faults.clear()
        raise
    _fail()


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """Merge the responses that a worker has seen."""
    seen.update((operation, status, code) for operation, status, code in node.workeroutput.get("seen", ()))


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Report what was seen. After a complete, successful run, compare it with the document."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["seen"] = sorted(seen)
        return
    if session.config.pluginmanager.hasplugin("cacheprovider"):
        session.config.cache.set("conformance/seen", sorted(seen))
    if exitstatus == pytest.ExitCode.OK and _is_whole(session.config):
        _missing.extend(never_seen(current(), seen))
        if _missing:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """List documented responses that were never seen."""
    if _missing:
        terminalreporter.section("Documented, and never answered in any test")
        for line in _missing:
            terminalreporter.line(line)


def _is_whole(config: pytest.Config) -> bool:
    option = config.option
    chosen = (option.keyword, option.markexpr, option.deselect, option.ignore, option.ignore_glob, option.collectonly)
    # Without pytest's cache there are no such options.
    narrowed = (getattr(option, "lf", False), getattr(option, "stepwise", False), option.maxfail)
    return config.args_source is pytest.Config.ArgsSource.TESTPATHS and not any((*chosen, *narrowed))


def never_seen(judged: Contract, found: Iterable[Seen]) -> list[str]:
    """Each documented operation × status, and operation × status × code, that was never seen."""
    answered = set(found)
    statuses = {(operation, status) for operation, status, _ in answered}
    missing = []
    for operation, (path, method) in judged.operations.items():
        for text in judged.document["paths"][path][method]["responses"]:
            if not text.isdigit():
                continue
            status = int(text)
            if (operation, status) not in statuses:
                missing.append(f"{operation} → {status}")
                continue
            codes = judged.codes(operation, status)
            missing += [
                f"{operation} → {status} {code}" for code in sorted(codes) if (operation, status, code) not in answered
            ]
    return missing
