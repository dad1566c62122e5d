"""Files stay small, and types say what a value is."""

import ast
import io
import tokenize

from tests.architecture.trees import Module, app, module

# `Any` for each thousand lines of the product. Lower it when the count falls.
MOST_ANY = 3.3


def count_any(sources: tuple[Module, ...]) -> float:
    """How often a thousand lines name `Any`, imports apart."""
    named = sum(
        token.type == tokenize.NAME and token.string == "Any"
        for source in sources
        for token in tokenize.generate_tokens(io.StringIO(source.text).readline)
    )
    imported = sum(
        alias.name == "Any"
        for source in sources
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    )
    return 1000 * (named - imported) / sum(_lines(source) for source in sources)


def too_long(sources: tuple[Module, ...]) -> list[str]:
    """Files of more than 400 lines, and a median of 100 or more."""
    lengths = sorted(_lines(source) for source in sources)
    found = [f"{source.path} has {_lines(source)} lines" for source in sources if _lines(source) > 400]
    if lengths[len(lengths) // 2] >= 100:
        found.append(f"the median is {lengths[len(lengths) // 2]} lines")
    return found


def _lines(source: Module) -> int:
    return len(source.text.splitlines())


def test_files_stay_small() -> None:
    assert too_long(app()) == []


def test_any_does_not_spread() -> None:
    assert count_any(app()) <= MOST_ANY


def test_a_long_file_and_a_long_median_are_found() -> None:
    long, short = module("app/long.py", "pass\n" * 401), module("app/short.py", "pass\n")
    assert too_long((short, long, short)) == ["app/long.py has 401 lines"]
    assert len(too_long((long,))) == 2


def test_any_is_counted_in_every_place_but_the_import() -> None:
    plain = "from typing import Any\n\n\ndef show(row: Any, **more: dict[str, Any]) -> 'int':\n    return row\n"
    assert count_any((module("app/one.py", plain),)) == 1000 * 2 / 5
