"""Run mutation tests: change the code in small ways, and list the mutants that no test catches.

    python scripts/mutants.py [PATH …] [--tests PATH …] [--resume]

PATH is a folder or module below `app/`; the default is `app/domain`. --tests selects the tests; the default is
`tests/domain` for the domain, and the tests of services and routers for anything else. mutmut creates the mutants and
runs the tests in a copy of the repository below `build/mutants`. --resume continues a stopped run; mutmut then keeps
the result of every function that has not changed, even if its tests have.

`tests/mutants/argued.toml` lists accepted survivors, with reasons. The exit status is 1 if any other mutant survives.
"""

import argparse
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ARGUED = ROOT / "tests" / "mutants" / "argued.toml"
COPIED = ("app", "tests", "scripts", "migrations", "openapi", "docs", "alembic.ini")
DOMAIN, DOMAIN_TESTS = "app/domain", "tests/domain"
NOTICED = ("killed", "timeout")
# Each mutant starts pytest anew, so leave out what the domain's tests do not need: two thirds of the time.
DOMAIN_ALONE = ("--confcutdir=tests/domain", "-p", "no:cacheprovider", "-p", "no:schemathesis", "-p", "no:xdist")
CONFIGURATION = """
[tool.mutmut]
source_paths = [{sources}]
only_mutate = [{only}]
also_copy = [{copied}]
pytest_add_cli_args_test_selection = [{tests}]
pytest_add_cli_args = [{options}]
"""


@dataclass(frozen=True)
class Mutant:
    """A surviving mutant: its function, and the line before and after."""

    function: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.function}\n    - {self.before}\n    + {self.after}"


def argued(mutant: Mutant, arguments: Sequence[dict[str, str]]) -> bool:
    """True if an argument matches the mutant's function and its changed line; both may contain `*`."""
    return any(
        fnmatchcase(mutant.function, argument["function"]) and fnmatchcase(mutant.after, argument["mutated"])
        for argument in arguments
    )


def read_diff(name: str, diff: str) -> Mutant:
    """Parse the unified diff of the mutant `name`."""
    lines = [line for line in diff.splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")]
    before = " ".join(line[1:].strip() for line in lines if line[0] == "-")
    after = " ".join(line[1:].strip() for line in lines if line[0] == "+")
    module, _, function = name.rpartition("__mutmut_")[0].rpartition(".")
    return Mutant(f"{module}.{function.removeprefix('x_').removeprefix('xǁ').replace('ǁ', '.')}", before, after)


def _prepare(work: Path, paths: Sequence[str], tests: Sequence[str], options: Sequence[str]) -> None:
    """Copy the repository, and configure in the copy what to mutate and test."""
    work.mkdir(parents=True, exist_ok=True)
    for name in COPIED:
        source, target = ROOT / name, work / name
        if source.is_dir():
            shutil.rmtree(target, ignore_errors=True)
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(source, target)
    only = [path if path.endswith(".py") else f"{path.rstrip('/')}/*" for path in paths]
    folders = sorted({path if not path.endswith(".py") else str(Path(path).parent) for path in paths})
    configuration = CONFIGURATION.format(
        sources=_quoted(folders),
        only=_quoted(only),
        copied=_quoted(COPIED),
        tests=_quoted(tests),
        options=_quoted(options),
    )
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    (work / "pyproject.toml").write_text(project + configuration, encoding="utf-8")


def _quoted(words: Sequence[str]) -> str:
    return ", ".join(f'"{word}"' for word in words)


def _mutmut(work: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "mutmut", *arguments], cwd=work, stdout=subprocess.PIPE, text=True, check=False
    )
    return done.stdout


def main(arguments: list[str]) -> int:
    """Run the mutants, and print each survivor that is not argued; return the exit status."""
    parser = argparse.ArgumentParser()
    parser.add_argument("paths", nargs="*", default=[DOMAIN])
    parser.add_argument("--tests", nargs="+")
    parser.add_argument("--resume", action="store_true")
    given = parser.parse_args(arguments)
    of_domain = all(path.startswith(DOMAIN) for path in given.paths)
    tests = given.tests or ([DOMAIN_TESTS] if of_domain else ["tests/services", "tests/routers"])
    work = ROOT / "build" / "mutants" / "+".join(path.removesuffix(".py").replace("/", ".") for path in given.paths)
    if not given.resume:
        shutil.rmtree(work, ignore_errors=True)
    began = time.monotonic()
    _prepare(work, given.paths, tests, DOMAIN_ALONE if tests == [DOMAIN_TESTS] else ())
    run = subprocess.run([sys.executable, "-m", "mutmut", "run", "--max-children", "1"], cwd=work, check=False)
    if run.returncode:
        return run.returncode
    known = tomllib.loads(ARGUED.read_text(encoding="utf-8"))["argued"]
    listed = _mutmut(work, "results", "--all", "true").splitlines()
    results = [line.strip().rpartition(": ") for line in listed if ": " in line]
    unnoticed = [read_diff(name, _mutmut(work, "show", name)) for name, _, status in results if status not in NOTICED]
    left = [mutant for mutant in unnoticed if not argued(mutant, known)]
    print("".join(f"\n{mutant}" for mutant in left))
    minutes = (time.monotonic() - began) / 60
    print(
        f"{len(results)} mutants in {minutes:.1f} minutes: {len(results) - len(unnoticed)} noticed, "
        f"{len(unnoticed) - len(left)} argued, {len(left)} not noticed."
    )
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
