"""Generate the contract, the process page and the inventory of personal data, or check that they are up to date."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from pydantic import SecretStr

from app.cli.runtime import CannotStart
from app.domain.flowchart import process_page
from app.http import contract as contracts
from app.main import create_app
from app.services.privacy.inventory import personal_data_page
from app.settings import Environment, Settings

_DOCS = Path(__file__).parents[2] / "docs"

Check = Annotated[bool, typer.Option("--check", help="Write nothing; fail if the file is out of date.")]


def contract(check: Check = False) -> None:
    """Write openapi/openapi.yaml and its OpenAPI 3.0.3 copy from the app."""
    with TemporaryDirectory() as folder:
        app = create_app(_settings_that_touch_nothing(Path(folder)))
        if not check:
            contracts.write(app)
        elif different := contracts.out_of_date(app):
            names = " and ".join(f"openapi/{name}" for name in different)
            raise CannotStart(f"The app does not match {names}: run 'python -m app contract'.")


def _settings_that_touch_nothing(folder: Path) -> Settings:
    nowhere = SecretStr("postgresql://nobody@localhost/nothing")
    return Settings(environment=Environment.DEVELOPMENT, data_dir=folder, database_url=nowhere)


def flowchart(check: Check = False) -> None:
    """Write docs/process.md, flowchart included, from the tables that the code enforces."""
    _page("process.md", process_page(), "flowchart", check)


def inventory(check: Check = False) -> None:
    """Write docs/personal-data.md from the columns that the models mark."""
    _page("personal-data.md", personal_data_page(), "inventory", check)


def _page(name: str, text: str, command: str, check: bool) -> None:
    page = _DOCS / name
    if not check:
        _DOCS.mkdir(exist_ok=True)
        page.write_text(text, encoding="utf-8")
    elif not page.exists() or page.read_text(encoding="utf-8") != text:
        raise CannotStart(f"The app does not match docs/{name}: run 'python -m app {command}'.")
