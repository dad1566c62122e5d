"""Write `docs/requirements.md`: every requirement, and the tests that show it.

    python scripts/requirements_index.py [--check]

A test shows a requirement when it carries its marker, `@pytest.mark.requirement("R13")`. With `--check` nothing is
written, and the status is 1 where the page differs, a marker names no requirement, or a requirement has no test that
goes over HTTP. Standard library only.
"""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "requirements.md"

REQUIREMENTS = {
    "R01": (
        1,
        "Anybody sends the initial application without an account; every fault is named at once, nothing stored.",
    ),
    "R02": (
        1,
        "The sender gets a reference and an acknowledgement; a repeat makes no second one; floods are withstood.",
    ),
    "R03": (2, "Due diligence: a fixed list of recorded checks, concerns with a reason, likely duplicates shown."),
    "R04": (2, "Create the account (centre, main site, first super user) in one step, or decline with a reason."),
    "R05": (2, "Log-in details within two working days; the same clock runs on every stage that waits for staff."),
    "R06": (3, "The first password is random, expires, is made when its mail is sent, and can only be replaced."),
    "R07": (3, "The centre's home: what is done, what is missing, what comes next."),
    "R08": (3, "Sites: the main site, and any number of delivery sites; closed, never deleted."),
    "R09": (3, "Contacts and their six roles, all of which must be held before submission."),
    "R10": (3, "Portal users: super users invite and deactivate; one active super user always stays."),
    "R11": (3, "Three sections, saved as drafts by several people at once; nobody's work is overwritten silently."),
    "R12": (3, "Section Application: history, experience, purpose, type of centre, provision, learner numbers."),
    "R13": (3, "Section Policies and Procedures: all eleven documents at submission; earlier versions stay."),
    "R14": (3, "Policy e) may be stated not to apply, only while no invigilated assessment is planned."),
    "R15": (3, "Section Centre Agreement: a recorded yes to a given version of both documents."),
    "R16": (3, "Submit: everything missing is listed; when all is there, it is locked and an immutable copy is kept."),
    "R17": (3, "Initial review: pass, or return with items that are answered before submitting again."),
    "R18": (3, "The invoice is issued on a pass, and nothing proceeds until it is paid."),
    "R19": (4, "The fee received, a centre lead is assigned, reviews further, and arranges an interview."),
    "R20": (4, "The centre lead recommends: accept, accept with actions, or reject; with reasons."),
    "R21": (4, "The quality assurance manager decides or refers back; nobody decides on their own recommendation."),
    "R22": (5, "A recognised centre gets welcome pack and certificate; anyone can verify it; a public register."),
    "R23": (5, "Actions are followed: evidence from the centre, closed by the centre lead; overdue ones show."),
    "R24": (0, "Every change is in an append-only record; the centre sees its timeline, staff see all."),
    "R25": (0, "Help contacts and useful links stand in answers and emails where the guide puts them."),
    "R26": (0, "The process is readable and drawn from the same table that the code enforces."),
}

# Tests in these folders reach the product as a client does: over HTTP, or with a browser.
OVER_HTTP = ("tests/browser/", "tests/contract/", "tests/guides/", "tests/journeys/", "tests/routers/")


@dataclass
class Shown:
    """The tests that show one requirement: their names, by test module."""

    over_http: dict[str, list[str]] = field(default_factory=dict)
    others: dict[str, list[str]] = field(default_factory=dict)


def collect(root: Path = ROOT) -> dict[str, Shown]:
    """Every requirement that a marker names, known or not, with its tests."""
    found = {name: Shown() for name in REQUIREMENTS}
    for path in sorted((root / "tests").rglob("test_*.py")):
        module = path.relative_to(root).as_posix()
        for test, name in _marks(ast.parse(path.read_text(encoding="utf-8"))):
            shown = found.setdefault(name, Shown())
            tests = shown.over_http if module.startswith(OVER_HTTP) else shown.others
            tests.setdefault(module, []).append(test)
    return found


def _marks(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Each test with each requirement that it is marked with."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            for mark in node.decorator_list:
                if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.requirement":
                    for given in mark.args:
                        yield node.name, str(given.value) if isinstance(given, ast.Constant) else ast.unparse(given)


def page(found: dict[str, Shown]) -> str:
    """The index as Markdown."""
    lines = [
        "# Requirements",
        "",
        "`python scripts/requirements_index.py` writes this page from the markers of the tests; `make check` fails",
        "where it differs. A requirement is shown by the tests that carry its marker, at least one of them over HTTP.",
        "The awarding organisation's own words bind: its guide to the application process (version 2, December 2021).",
    ]
    for name, (stage, text) in REQUIREMENTS.items():
        lines += ["", f"## {name}, {f'stage {stage}' if stage else 'all stages'}", "", text]
        for title, tests in (("Over HTTP", found[name].over_http), ("Also", found[name].others)):
            if tests:
                lines += ["", f"{title}:", ""]
                lines += [f"- `{module}`: " + ", ".join(f"`{test}`" for test in tests[module]) for module in tests]
    return "\n".join(lines) + "\n"


def faults(found: dict[str, Shown], written: str) -> list[str]:
    """What is wrong: a marker of no requirement, a requirement that no test shows over HTTP, a page that differs."""
    wrong = [f"{name} marks a test but is no requirement." for name in found if name not in REQUIREMENTS]
    for name in REQUIREMENTS:
        if not found[name].over_http:
            wrong.append(f"No test shows {name} over HTTP: mark one that does with requirement({name!r}).")
    if written != page(found):
        wrong.append("docs/requirements.md differs: run `python scripts/requirements_index.py`.")
    return wrong


def main(arguments: list[str]) -> int:
    """Write the page, or with `--check` tell what is wrong. Returns the exit status."""
    found = collect()
    if arguments != ["--check"]:
        PAGE.write_text(page(found), encoding="utf-8")
    wrong = faults(found, PAGE.read_text(encoding="utf-8") if PAGE.exists() else "")
    print("\n".join(wrong), end="\n" if wrong else "", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
