"""Every requirement has code and a test that name it, and the index in `docs/requirements.md` is what they say."""

from pathlib import Path

from scripts.requirements_index import PAGE, REQUIREMENTS, collect, faults, page


def test_every_requirement_is_shown_and_the_index_is_current() -> None:
    assert faults(collect(), PAGE.read_text(encoding="utf-8")) == []


def test_the_requirements_are_the_twenty_six() -> None:
    assert list(REQUIREMENTS) == [f"R{number:02d}" for number in range(1, 27)]


def _tree(root: Path, test: str) -> Path:
    for folder in ("app/services", "tests"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    (root / "app" / "services" / "everything.py").write_text('"""Does it all (R01–R26)."""\n', encoding="utf-8")
    (root / "tests" / "test_everything.py").write_text(test, encoding="utf-8")
    return root


def test_names_and_docstrings_are_found_and_ranges_are_opened(tmp_path: Path) -> None:
    found = collect(
        _tree(tmp_path, 'def test_r13_a() -> None:\n    """R02–R04: so."""\n\ndef test_b_r14() -> None: ...\n')
    )
    assert {name for name, shown in found.items() if shown.tests} == {"R02", "R03", "R04", "R13", "R14"}
    assert found["R13"].tests == {"tests/test_everything.py": ["test_r13_a"]}
    assert found["R25"].modules == ["app/services/everything.py"]


def test_what_nothing_shows_and_what_nobody_knows_is_told(tmp_path: Path) -> None:
    found = collect(_tree(tmp_path, 'def test_a() -> None:\n    """R01–R25, R27: all but one."""\n'))
    unshown, unknown = "No test names R26", "R27 is named but is no requirement."
    told = faults(found, page(found))
    assert [unknown] == [fault for fault in told if not fault.startswith(unshown)]
    assert len(told) == 2


def test_a_module_that_names_a_requirement_is_not_enough(tmp_path: Path) -> None:
    found = collect(_tree(tmp_path, '"""Everything (R01–R26)."""\n'))
    assert len(faults(found, page(found))) == len(REQUIREMENTS)


def test_a_page_that_differs_is_told(tmp_path: Path) -> None:
    found = collect(_tree(tmp_path, 'def test_a() -> None:\n    """R01–R26."""\n'))
    assert faults(found, page(found)) == []
    assert faults(found, page(found) + "more\n") != []
