"""What the product depends on: nothing known to be vulnerable, nothing unlocked, no address of a package index."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCKS = {
    "requirements.txt": (),
    "requirements-local.txt": ("local",),
    "requirements-dev.txt": ("local", "tracing", "dev"),
    "requirements-bench.txt": ("local", "tracing", "dev", "bench"),
    "requirements-tracing.txt": ("tracing",),
}
"""Each file with the extras that it locks; each of the first four includes the file before it."""

# The first versions without the known vulnerabilities of these four.
FLOORS = {"starlette": "1.3.1", "python-multipart": "0.0.27", "h11": "0.16.0", "python-jose": "3.5.0"}


def declared(*extras: str) -> list[Requirement]:
    lines = list(PROJECT["dependencies"])
    for extra in extras:
        lines += PROJECT["optional-dependencies"][extra]
    return [Requirement(line) for line in lines]


def locked(lock: str) -> dict[str, Version]:
    pins = re.findall(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", (ROOT / lock).read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert len(pins) > 40
    return {canonicalize_name(name): Version(version) for name, version in pins}


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_file_names_no_address_and_no_index(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert not re.search(r"://|^-|^\s+--(?!hash=sha256:)| @ ", text, flags=re.MULTILINE)


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_file_is_pins_with_hashes_and_nothing_else(lock: str) -> None:
    entries = (ROOT / lock).read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    for entry in entries:
        assert re.fullmatch(r"[a-z0-9._-]+==\S+(?: ; [^\\]+?)?(?:\s+--hash=sha256:[0-9a-f]{64})+", entry), entry


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_file_satisfies_what_is_declared(lock: str) -> None:
    versions = locked(lock)
    for requirement in declared(*LOCKS[lock]):
        assert requirement.specifier.contains(versions[canonicalize_name(requirement.name)]), requirement


def test_each_lock_file_includes_the_one_before() -> None:
    production, local, everything, compared, tracing = (locked(lock) for lock in LOCKS)
    assert production.items() < local.items() < everything.items() < compared.items()
    assert production.items() < tracing.items() < everything.items()


@pytest.mark.parametrize(("name", "floor"), FLOORS.items())
def test_versions_with_known_vulnerabilities_are_ruled_out(name: str, floor: str) -> None:
    (requirement,) = (one for one in declared() if canonicalize_name(one.name) == name)
    lowest = [Version(one.version) for one in requirement.specifier if one.operator in (">=", "==", "~=")]
    assert lowest
    assert max(lowest) >= Version(floor)
    assert all(locked(lock)[name] >= Version(floor) for lock in LOCKS)


def test_sqlalchemy_brings_what_asyncio_needs() -> None:
    (sqlalchemy,) = (one for one in declared() if one.name == "sqlalchemy")
    assert "asyncio" in sqlalchemy.extras
    assert "greenlet" in locked("requirements.txt")
