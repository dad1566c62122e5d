"""Write `docs/requirements.md`: every requirement, and the tests that show it.

    python scripts/requirements_index.py [--check]

A test shows a requirement if it carries the marker `@pytest.mark.requirement("R13")`. With `--check` nothing is
written, and the exit status is 1 if the page differs, a marker names no requirement, or a requirement has no test over
HTTP. Standard library only.
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
        "Anyone can send the initial application without an account. A refusal lists all faults, and stores nothing.",
    ),
    "R02": (
        1,
        "The sender gets a reference and an acknowledgement; repeats create no second application; floods are limited.",
    ),
    "R03": (
        2,
        "Due diligence: staff record a fixed list of checks with reasons for concerns, and see likely duplicates.",
    ),
    "R04": (2, "Create the account (centre, main site, first super user) in one step, or decline with a reason."),
    "R05": (2, "Log-in details within two working days; the same clock runs on every stage that waits for staff."),
    "R06": (3, "The first password is random, expires, is created when its email is sent, and can only be replaced."),
    "R07": (3, "The centre's home shows progress, missing items and the next step."),
    "R08": (3, "Sites: one main site and any number of delivery sites; they are closed, never deleted."),
    "R09": (3, "Contacts hold six roles; each must have a holder before submission."),
    "R10": (3, "Portal users: super users invite and deactivate users; at least one super user stays active."),
    "R11": (3, "Three sections, saved as drafts by several people at once without overwriting each other's work."),
    "R12": (3, "Section Application: history, experience, purpose, type of centre, provision, learner numbers."),
    "R13": (3, "Section Policies and Procedures: all eleven documents at submission; earlier versions are kept."),
    "R14": (3, "Policy e) can be declared not applicable, but only if no invigilated assessment is planned."),
    "R15": (3, "Section Centre Agreement: the acceptance of both documents is recorded with their versions."),
    "R16": (3, "Submission: missing items are listed; a complete application is locked, with an immutable copy."),
    "R17": (3, "Initial review: pass, or return with items that the centre answers before it submits again."),
    "R18": (3, "A pass issues the invoice, and the application waits until it is paid."),
    "R19": (4, "After payment, a centre lead is assigned, reviews the application and arranges an interview."),
    "R20": (4, "The centre lead recommends: accept, accept with actions, or reject; with reasons."),
    "R21": (4, "The quality assurance manager decides or refers back; nobody decides on their own recommendation."),
    "R22": (5, "A recognised centre gets a welcome pack and a verifiable certificate, and is on the public register."),
    "R23": (5, "Actions: the centre sends evidence, the centre lead closes them, and overdue ones are shown."),
    "R24": (0, "Every change is recorded in an append-only log; a centre sees its timeline, staff see everything."),
    "R25": (0, "Help contacts and useful links appear in responses and emails where the guide puts them."),
    "R26": (0, "The published process is generated from the table that the code enforces."),
}

# Tests in these folders use the product as a client does: over HTTP, or in a browser.
OVER_HTTP = ("tests/browser/", "tests/contract/", "tests/guides/", "tests/journeys/", "tests/routers/")


@dataclass
class Shown:
    """The tests that show one requirement: their names, by test module."""

    over_http: dict[str, list[str]] = field(default_factory=dict)
    others: dict[str, list[str]] = field(default_factory=dict)


def collect(root: Path = ROOT) -> dict[str, Shown]:
    """Return every requirement that a marker names, known or not, with its tests."""
    found = {name: Shown() for name in REQUIREMENTS}
    for path in sorted((root / "tests").rglob("test_*.py")):
        module = path.relative_to(root).as_posix()
        for test, name in _marks(ast.parse(path.read_text(encoding="utf-8"))):
            shown = found.setdefault(name, Shown())
            tests = shown.over_http if module.startswith(OVER_HTTP) else shown.others
            tests.setdefault(module, []).append(test)
    return found


def _marks(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield each test with each requirement in its markers."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            for mark in node.decorator_list:
                if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.requirement":
                    for given in mark.args:
                        yield node.name, str(given.value) if isinstance(given, ast.Constant) else ast.unparse(given)


def page(found: dict[str, Shown]) -> str:
    """Render the index as Markdown."""
    lines = [
        "# Requirements",
        "",
        "`python scripts/requirements_index.py` writes this page from the tests' markers; `make check` fails if it is",
        "out of date. Each requirement has at least one test over HTTP. The source is the awarding organisation's",
        "guide to the application process (version 2, December 2021).",
    ]
    for name, (stage, text) in REQUIREMENTS.items():
        lines += ["", f"## {name}, {f'stage {stage}' if stage else 'all stages'}", "", text]
        for title, tests in (("Over HTTP", found[name].over_http), ("Also", found[name].others)):
            if tests:
                lines += ["", f"{title}:", ""]
                lines += [f"- `{module}`: " + ", ".join(f"`{test}`" for test in tests[module]) for module in tests]
    return "\n".join(lines) + "\n"


def faults(found: dict[str, Shown], written: str) -> list[str]:
    """List the faults: unknown requirements, requirements without a test over HTTP, a page that differs."""
    wrong = [f"{name} marks a test but is no requirement." for name in found if name not in REQUIREMENTS]
    for name in REQUIREMENTS:
        if not found[name].over_http:
            wrong.append(f"No test shows {name} over HTTP: mark one that does with requirement({name!r}).")
    if written != page(found):
        wrong.append("docs/requirements.md differs: run `python scripts/requirements_index.py`.")
    return wrong


def main(arguments: list[str]) -> int:
    """Write the page, or check it with `--check`; return the exit status."""
    found = collect()
    if arguments != ["--check"]:
        PAGE.write_text(page(found), encoding="utf-8")
    wrong = faults(found, PAGE.read_text(encoding="utf-8") if PAGE.exists() else "")
    print("\n".join(wrong), end="\n" if wrong else "", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
