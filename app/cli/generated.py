"""Generate the contract and the process page from the code, or check that they are up to date."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from pydantic import SecretStr

from app.cli.runtime import CannotStart
from app.domain.flowchart import process_page
from app.http import contract as contracts
from app.main import create_app
from app.settings import Environment, Settings

_PROCESS_PAGE = Path(__file__).parents[2] / "docs" / "process.md"

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
    page = process_page()
    if not check:
        _PROCESS_PAGE.parent.mkdir(exist_ok=True)
        _PROCESS_PAGE.write_text(page, encoding="utf-8")
    elif not _PROCESS_PAGE.exists() or _PROCESS_PAGE.read_text(encoding="utf-8") != page:
        raise CannotStart("The app does not match docs/process.md: run 'python -m app flowchart'.")
