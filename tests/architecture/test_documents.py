"""What README, CONTRIBUTING and `docs/` say of commands, settings and the process is so."""

import re
from collections.abc import Iterator
from enum import Enum
from pathlib import Path

import pytest
from pydantic import BaseModel
from typer.core import TyperGroup
from typer.main import get_command

from app.cli import app as command_line
from app.domain.initial_applications import InitialApplicationStatus
from app.domain.machines import INITIAL_APPLICATION
from app.domain.workflow import Status, transitions
from app.settings import Settings

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
TEXT = "\n".join(path.read_text(encoding="utf-8") for path in DOCUMENTS)
README = DOCUMENTS[0].read_text(encoding="utf-8")


def test_every_command_that_a_document_names_exists() -> None:
    named = set(re.findall(r"python -m app ([a-z]+)(?: ([a-z]+))?", TEXT))
    assert len(named) >= 8
    known = get_command(command_line)
    assert isinstance(known, TyperGroup)
    for name, below in named:
        assert name in known.commands
        group = known.commands[name]
        assert not isinstance(group, TyperGroup) or below in group.commands


def test_every_target_that_a_document_names_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))
    named = set(re.findall(r"(?:`|^    )make ([a-z]+)", TEXT, flags=re.MULTILINE))
    assert {"run", "test", "check"} <= named <= targets


def test_every_path_that_a_document_names_exists() -> None:
    """In backticks or as the target of a link."""
    for document in DOCUMENTS:
        text = document.read_text(encoding="utf-8")
        for name in re.findall(r"`((?:app|tests|docs|openapi|migrations|bench|faults|siege|scripts)/[\w./-]*)`", text):
            assert (ROOT / name).exists(), f"{document.name} names {name}"
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", text):
            assert (document.parent / target).exists(), f"{document.name} links to {target}"


def _settings(part: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, object]]:
    for name, field in part.model_fields.items():
        if isinstance(field.default, BaseModel):
            yield from _settings(type(field.default), f"{prefix}{name.upper()}__")
        else:
            yield f"{prefix}{name.upper()}", field.default


def _shown(default: object) -> str:
    if default in (None, (), ""):
        return "–"
    if isinstance(default, tuple):
        return f"`{list(default)}`" if all(isinstance(each, int) for each in default) else "AIM's"
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    return f"`{default.value if isinstance(default, Enum) else default}`"


def test_every_setting_is_documented_with_its_default() -> None:
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    documented = dict(re.findall(r"^\| `([A-Z0-9_]+)` \| (.+?) \|", page, flags=re.MULTILINE))
    assert documented == {name: _shown(default) for name, default in _settings(Settings)}


def test_the_readme_names_settings_that_exist() -> None:
    named = {name for row in re.findall(r"^\| (`[A-Z_, `]+`) \|", README, flags=re.MULTILINE) for name in _names(row)}
    assert (
        {"PORT", "SECRET_KEY", "SMTP__HOST"} <= named <= {name for name, _ in _settings(Settings)} | {"SETTINGS_FILE"}
    )


def _names(row: str) -> list[str]:
    return re.findall(r"`([A-Z_]+)`", row)


@pytest.mark.requirement("R26")
def test_the_picture_in_the_readme_is_the_process() -> None:
    """Every arrow but withdrawal and closing, which the text tells, and none that the table does not have."""
    picture = README.partition("<!-- process -->")[2].partition("```mermaid\n")[2].partition("```")[0]
    drawn = [
        (source, target)
        for arrow in re.finditer(
            r"^  (\w[\w &]*)(?:\(\(Begin\)\))? -->(?:\|[^|]+\|)? (.+)$", picture, flags=re.MULTILINE
        )
        for source in arrow[1].split(" & ")
        for target in arrow[2].split(" & ")
    ]
    told = {Status.WITHDRAWN, Status.CLOSED}
    enforced = {(str(source), str(target)) for source, _, target in transitions() if told.isdisjoint({source, target})}
    enforced |= {(str(arrow.source or "begin"), str(arrow.target)) for arrow in INITIAL_APPLICATION.transitions}
    enforced.add((str(InitialApplicationStatus.ACCOUNT_CREATED), str(Status.DRAFT)))
    assert sorted(drawn) == sorted(enforced)


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_is_numbered_dated_and_argued(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert re.match(rf"# {int(path.stem[:4])}\. .+\n\n20\d\d-\d\d-\d\d\n\n## Context\n", text)
    assert re.findall(r"^## (.+)$", text, flags=re.MULTILINE) == ["Context", "Decision", "Alternatives", "Consequences"]


def test_decisions_are_numbered_without_a_gap() -> None:
    assert [int(path.stem[:4]) for path in DECISIONS] == list(range(1, len(DECISIONS) + 1))


def test_the_index_lists_every_decision() -> None:
    """Number, title, file and date are those of the page. A page that supersedes another exists."""
    index = (ROOT / "docs" / "decisions" / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d+) \| \[(.+)\]\((.+)\) \| (\S+) \| (.+) \|$", index, flags=re.MULTILINE)
    pages = {path.name: path.read_text(encoding="utf-8").splitlines() for path in DECISIONS}
    assert [(f"# {number}. {title}", day) for number, title, _, day, _ in rows] == [
        (lines[0], lines[2]) for lines in pages.values()
    ]
    assert [name for _, _, name, _, _ in rows] == list(pages)
    numbers = {number for number, *_ in rows}
    assert {re.split(r"\W", later)[0] for *_, later in rows if later != "–"} <= numbers


def test_the_glossary_is_in_order() -> None:
    page = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    words = re.findall(r"^\| (?!word|---)([^|]+?) \|", page, flags=re.MULTILINE)
    assert len(words) > 30
    assert words == sorted(words)
