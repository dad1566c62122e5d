"""A headless Chromium, the product and the example, all real and local."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from app.demo.client import connect
from tests.browser.servers import EXAMPLE, Api, build_example, free_port, origin_of, running_api, running_example
from tests.browser.watching import Watched

_CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")
# No external requests, and no privileges that a container lacks.
_ARGUMENTS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # How dates are written in their fields.
    "--lang=en-GB",
)
# Long enough for a machine that does other things beside.
_PATIENCE_MILLISECONDS = 60_000

NewPage = Callable[[], Watched]


def pytest_ignore_collect(config: pytest.Config) -> bool | None:
    """Run these slow tests only if named: `pytest tests/browser`."""
    named = any("browser" in argument for argument in config.args)
    return None if named else True


@pytest.fixture(scope="session")
def pictures() -> Path:
    """The folder for screenshots, emptied at the start."""
    folder = EXAMPLE / "screenshots"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder


@pytest.fixture(scope="session")
def example_port() -> int:
    return free_port()


@pytest.fixture(scope="session")
def api(tmp_path_factory: pytest.TempPathFactory, example_port: int) -> Iterator[Api]:
    """The API, which allows only the example's origin."""
    with running_api(tmp_path_factory.mktemp("api"), origin=origin_of(example_port)) as running:
        yield running


@pytest.fixture(scope="session")
def example(api: Api, example_port: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The example's origin."""
    build_example()
    log = tmp_path_factory.mktemp("example") / "server.log"
    with running_example(example_port, api.address, log) as origin:
        yield origin


@pytest.fixture(scope="session")
def http(api: Api) -> Iterator[httpx.Client]:
    """Connections to the API beside the browser's."""
    with connect(api.address) as connections:
        yield connections


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium: `CHROMIUM` names it, else the one on the path is taken."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, _CHROMIUMS)), None)
    assert found, "No Chromium was found: install Debian's package chromium, or set CHROMIUM to its path."
    # Chromium's own sandbox cannot be had by root.
    arguments = [*_ARGUMENTS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    expect.set_options(timeout=_PATIENCE_MILLISECONDS)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=found, args=arguments)
        yield launched
        launched.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A fresh browser profile."""
    opened = browser.new_context(viewport={"width": 1100, "height": 800}, locale="en-GB", reduced_motion="reduce")
    opened.set_default_timeout(_PATIENCE_MILLISECONDS)
    yield opened
    opened.close()


@pytest.fixture
def new_page(context: BrowserContext, api: Api, example: str, pictures: Path) -> Iterator[NewPage]:
    """Pages under watch; at the end of the test none may have asked another host or complained."""
    hosts = [urlsplit(address).netloc for address in (api.address, example)]
    made: list[Watched] = []

    def make() -> Watched:
        made.append(Watched(context.new_page(), hosts, pictures))
        return made[-1]

    yield make
    for watched in made:
        watched.require_quiet()
