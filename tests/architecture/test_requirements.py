"""A requirement is shown by tests that carry its marker, at least one of them over HTTP; the index says which."""

from pathlib import Path

from scripts.requirements_index import PAGE, REQUIREMENTS, collect, faults, page

_ALL = ", ".join(f'"{name}"' for name in REQUIREMENTS)


def test_every_requirement_is_shown_over_http_and_the_index_is_current() -> None:
    assert faults(collect(), PAGE.read_text(encoding="utf-8")) == []


def test_the_requirements_are_the_twenty_six() -> None:
    assert list(REQUIREMENTS) == [f"R{number:02d}" for number in range(1, 27)]


def _tree(root: Path, **tests: str) -> Path:
    """A repository with one test a folder; each argument is the test's markers."""
    for folder, marks in tests.items():
        (root / "tests" / folder).mkdir(parents=True, exist_ok=True)
        text = f"@pytest.mark.requirement({marks})\ndef test_a() -> None: ...\n"
        (root / "tests" / folder / "test_one.py").write_text(text, encoding="utf-8")
    return root


def test_markers_are_found_and_tests_over_http_stand_apart(tmp_path: Path) -> None:
    found = collect(_tree(tmp_path, routers='"R13", "R14"', domain='"R14"'))
    assert {name for name, shown in found.items() if shown.over_http} == {"R13", "R14"}
    assert found["R14"].others == {"tests/domain/test_one.py": ["test_a"]}


def test_a_mention_shows_nothing(tmp_path: Path) -> None:
    (tmp_path / "tests" / "routers").mkdir(parents=True)
    mention = '"""All of R13."""\n\ndef test_r13() -> None:\n    """R13."""\n'
    (tmp_path / "tests" / "routers" / "test_one.py").write_text(mention, encoding="utf-8")
    assert collect(tmp_path)["R13"].over_http == {}


def test_a_requirement_without_a_test_over_http_is_reported(tmp_path: Path) -> None:
    but_one = _ALL.replace('"R26"', '"R25"')
    found = collect(_tree(tmp_path, routers=but_one, domain='"R26"'))
    assert [fault[:18] for fault in faults(found, page(found))] == ["No test shows R26 "]


def test_an_unknown_marker_is_reported(tmp_path: Path) -> None:
    found = collect(_tree(tmp_path, routers=f'{_ALL}, "R27"'))
    assert faults(found, page(found)) == ["R27 marks a test but is no requirement."]


def test_an_outdated_page_is_reported(tmp_path: Path) -> None:
    found = collect(_tree(tmp_path, routers=_ALL))
    assert faults(found, page(found)) == []
    assert faults(found, page(found) + "more\n") != []
