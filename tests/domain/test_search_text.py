"""Words are found however people type them."""

import unicodedata

import pytest

from app.domain.search_text import Term, begun_reference, code_words, fold, query_terms, search_words


def found(name: str, text: str, codes: tuple[str, ...] = ()) -> bool:
    """Judge as the queries do: the row has one of each term's words, or one that begins so."""
    words = search_words([name], codes)
    terms = query_terms(text)
    return bool(terms) and all(
        any(word.startswith(term.words[0]) if term.begins else word in term.words for word in words) for term in terms
    )


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Ysgol Gŵyr", "gwyr"),
        ("Ysgol Gŵyr", "ysgol GWY"),
        ("Académie Ébène", "academie ebene"),
        ("Acade\u0301mie Nord", "Acad\u00e9mie Nord"),
        ("Acad\u00e9mie Nord", "Acade\u0301mie Nord"),
        ("O'Brien Skills", "obrien"),
        ("O’Brien Skills", "o'brien"),
        ("O’Brien Skills", "o brien"),
        ("O Brien Skills", "O’Brien"),
        ("O Brien Skills", "obrien"),
        ("Łódź Training", "lodz"),
        ("Straße & Sønner", "strasse sonner"),
        ("Smith-Jones Ltd", "smithjones"),
        ("Smith-Jones Ltd", "smith jon"),
        ("Smith-Jones Ltd", "Smith-Jones"),
        ("\uff21\uff22\uff23 Training", "abc"),
        ("Ἀθῆναι ΣΊΣΥΦΟΣ", "αθηναι σισυφος"),
        ("İstanbul", "istanbul"),
        ("jane.doe@example.org", "jane.doe@example.org"),
        ("jane.doe@example.org", "jane.doe@exam"),
    ],
)
def test_a_name_is_found_however_it_is_typed(name: str, text: str) -> None:
    assert found(name, text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Trent Training", "rent"),
        ("Trent Training", "tre training"),
        ("Trent", "trent x"),
        ("Trent", "%"),
        ("Trent", "'"),
    ],
)
def test_other_names_are_not_found(name: str, text: str) -> None:
    """Only the last word may be incomplete, and a text without a word finds nothing."""
    assert not found(name, text)


@pytest.mark.parametrize("text", ["SW1A 1AA", "sw1a1aa", "SW1A", "sw1a1", "1aa"])
def test_a_postcode_is_found_with_and_without_its_space(text: str) -> None:
    assert found("", text, ("SW1A 1AA",))


@pytest.mark.parametrize(
    "text",
    ["CRA-2026-000123", "cra2026000123", "cra 2026 000123", "000123", "cra-2026-0001", "CRA-2026-00", "cra-2026-"],
)
def test_a_reference_is_found_in_any_form_and_from_its_beginning(text: str) -> None:
    assert found("", text, ("CRA-2026-000123",))
    assert not found("", text, ("CEN-2025-900321",))


def test_every_beginning_of_a_reference_stands_for_its_words() -> None:
    """Whatever is typed of a number, the words that it stands for are those of the documents that begin so."""
    codes = ["INV-2026-000123", "INV-2026-001999", "INV-2025-000123", "CRA-2026-000123", "INV-2026-1000123"]
    for code in codes:
        for length in range(1, len(code) + 1):
            term = begun_reference(code[:length], ("cra", "inv"))
            assert 1 <= len(term.words) <= 100
            shown = {each for each in codes if _has(code_words(each), term)}
            assert shown == {
                each for each in codes if each.replace("-", "").startswith(code[:length].replace("-", ""))
            }, code[:length]


def _has(words: list[str], term: Term) -> bool:
    return any(word.startswith(term.words[0]) if term.begins else word in term.words for word in words)


@pytest.mark.parametrize("text", ["%25", "zz", "-", "inv-2026-x", "'", "inv 2026 000123 trent"])
def test_what_is_no_reference_stands_for_nothing(text: str) -> None:
    assert begun_reference(text, ("cra", "inv")).words == ()


def test_folding_is_final_and_forgets_how_letters_are_composed() -> None:
    """For every character: folded again it stays, and its composed and decomposed forms are one."""
    for number in range(0x110000):
        letter = chr(number)
        if unicodedata.category(letter) in ("Cs", "Cn"):
            continue
        folded = fold(letter)
        assert fold(folded) == folded, hex(number)
        for form in ("NFC", "NFD"):
            assert fold(unicodedata.normalize(form, letter)) == folded, hex(number)


def test_a_word_of_any_length_fits_an_index() -> None:
    (word,) = search_words(["x" * 500])
    assert query_terms("x" * 100) == [Term((word,), begins=True)]
