"""A page under watch: what it asks of whom, what it complains of, how accessible it is, and what it looks like."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Page, Request

from tests.browser.servers import EXAMPLE

# What a browser writes to its console about an answer of 400 or more. A refusal is an answer like any other here.
_REFUSAL = "Failed to load resource: the server responded with a status of 4"


@dataclass
class Watched:
    """A page with all that it asked for (`requests`, as method and address) and complained of."""

    page: Page
    hosts: Sequence[str]
    pictures: Path
    strangers: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("request", self._asked)
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _asked(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in ("blob", "data") and address.netloc not in self.hosts:
            self.strangers.append(request.url)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(_REFUSAL):
            self.complaints.append(message.text)

    def look(self, name: str, *, whole: bool = True) -> None:
        """Keep a picture of the page, in the usual width and in 320 pixels, and demand that it is accessible.

        `whole=False` pictures the part in view: of a very long page Chromium makes no picture.
        """
        page = self.page
        usual = page.viewport_size or {"width": 1100, "height": 800}
        self.require_accessible(name)
        # A dialog covers what can be seen, and not the whole length of the page.
        whole = whole and page.get_by_role("dialog").count() == 0
        page.screenshot(path=self.pictures / f"{name}.png", full_page=whole)
        page.set_viewport_size({"width": 320, "height": 640})
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        page.screenshot(path=self.pictures / f"{name}-320.png", full_page=whole)
        page.set_viewport_size(usual)
        assert overflow <= 0, f"{name}: 320 pixels are {overflow} too few, so it scrolls sideways (WCAG 1.4.10)"

    def require_accessible(self, name: str) -> None:
        """Run axe-core on what is shown. Raises `AssertionError` with every violation."""
        self.page.evaluate(_axe())
        found = self.page.evaluate(
            "axe.run(document, {resultTypes: ['violations']}).then((result) => result.violations)"
        )
        violations = [{"rule": one["id"], "where": [node["html"][:200] for node in one["nodes"]]} for one in found]
        assert not violations, f"{name}: {json.dumps(violations, indent=1)}"

    def require_quiet(self) -> None:
        """Nothing was asked of another host, and nothing went wrong."""
        assert not self.strangers, f"Another host was asked: {self.strangers}"
        assert not self.complaints, f"The browser complains: {self.complaints}"


@cache
def _axe() -> str:
    return (EXAMPLE / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
