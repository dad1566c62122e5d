"""Write `docs/requirements.md`: every requirement, the modules that carry it, and the tests that show it.

    python scripts/requirements_index.py [--check]

A module or a test belongs to a requirement when its docstring names it (`R13`, or a range such as `R01–R05`); a test
does so by its name too (`test_r13_…`). With `--check` nothing is written, and the status is 1 where the page differs,
an unknown requirement is named, or one has no test. Standard library only.
"""

import ast
import re
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

# Where a requirement is decided; schemas, models and templates follow from these.
_LAYERS = ("routers", "jobs", "services", "pdf", "integrations", "security", "domain", ".")
_NAMED = re.compile(r"\bR(\d\d)(?:–R?(\d\d))?\b")
_IN_NAME = re.compile(r"_r(\d\d)(?=_|$)")


@dataclass
class Shown:
    """What belongs to one requirement: modules of the product, and by test module the names of its tests.

    A test module without names is about the requirement as a whole.
    """

    modules: list[str] = field(default_factory=list)
    tests: dict[str, list[str]] = field(default_factory=dict)


def collect(root: Path = ROOT) -> dict[str, Shown]:
    """Every requirement that a docstring or a test's name names, known or not, with what names it."""
    found = {name: Shown() for name in REQUIREMENTS}
    modules = [path.relative_to(root) for path in (root / "app").rglob("*.py")]
    for path in sorted(filter(_decides, modules), key=lambda module: (_LAYERS.index(_layer(module)), module)):
        tree = ast.parse((root / path).read_text(encoding="utf-8"))
        for name in _named(tree).union(*(_named(node) for node in _definitions(tree))):
            found.setdefault(name, Shown()).modules.append(path.as_posix())
    for path in sorted((root / "tests").rglob("test_*.py")):
        tree, module = ast.parse(path.read_text(encoding="utf-8")), path.relative_to(root).as_posix()
        for name in _named(tree):
            found.setdefault(name, Shown()).tests.setdefault(module, [])
        for node in _definitions(tree):
            if node.name.startswith("test_"):
                for name in _named(node) | {f"R{number}" for number in _IN_NAME.findall(node.name)}:
                    found.setdefault(name, Shown()).tests.setdefault(module, []).append(node.name)
    return found


def page(found: dict[str, Shown]) -> str:
    """The index as Markdown."""
    lines = [
        "# Requirements",
        "",
        "`python scripts/requirements_index.py` writes this page from the docstrings of the code and from the names",
        "and docstrings of the tests; `make check` fails where it differs. A test module without names is about the",
        "requirement as a whole. What binds are the awarding organisation's own words, in its guide to the application",
        "process (version 2, December 2021); each requirement is told in one line here.",
    ]
    for name, (stage, text) in REQUIREMENTS.items():
        shown = found[name]
        lines += ["", f"## {name}, {f'stage {stage}' if stage else 'all stages'}", "", text, ""]
        lines.append(f"Lives in {', '.join(f'`{module}`' for module in shown.modules)}. Shown by:")
        lines.append("")
        for module, tests in shown.tests.items():
            lines.append(f"- `{module}`" + (": " + ", ".join(f"`{test}`" for test in tests) if tests else ""))
    return "\n".join(lines) + "\n"


def faults(found: dict[str, Shown], written: str) -> list[str]:
    """What is wrong: a requirement that nobody knows, nothing shows or nothing carries; a page that differs."""
    wrong = [f"{name} is named but is no requirement." for name in found if name not in REQUIREMENTS]
    for name in REQUIREMENTS:
        if not any(found[name].tests.values()):
            wrong.append(f"No test names {name}: put the id into the name or the docstring of one that shows it.")
        if not found[name].modules:
            wrong.append(f"No module names {name} in its docstring.")
    if written != page(found):
        wrong.append("docs/requirements.md differs: run `python scripts/requirements_index.py`.")
    return wrong


def _layer(module: Path) -> str:
    """The folder below `app/`; `.` for a module that stands in it."""
    return module.parts[1] if len(module.parts) > 2 else "."


def _decides(module: Path) -> bool:
    return _layer(module) in _LAYERS


def _definitions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node


def _named(node: ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> set[str]:
    return {
        f"R{number:02d}"
        for first, last in _NAMED.findall(ast.get_docstring(node) or "")
        for number in range(int(first), int(last or first) + 1)
    }


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
