"""Reading `If-Match` and holding a change to it (RFC 9110 section 13.1.1)."""

import pytest

from app.domain.preconditions import ANY_VERSION, Expected, etag, parse_if_match
from app.domain.refusals.requests import BadIfMatch, PreconditionRequired, StaleVersion


@pytest.mark.parametrize("header", ["", "7", '"7', "'7'", '"7" "8"', '"7",', 'w/"7"', "*, *"])
def test_anything_but_entity_tags_is_refused(header: str) -> None:
    with pytest.raises(BadIfMatch) as refused:
        parse_if_match(header)
    assert refused.value.code == "bad_if_match"
    assert refused.value.detail.endswith('For example: If-Match: "7".')


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, Expected(None)),
        (" * ", Expected(frozenset(), anything=True)),
        ('"7"', Expected(frozenset({7}))),
        ('"7.abcdef"', Expected(frozenset({7}))),
        (' "7" , "8.x.y"\t', Expected(frozenset({7, 8}))),
        ('W/"7", "8"', Expected(frozenset({8}), weak=frozenset({7}))),
        ('"a,b", "", "9"', Expected(frozenset({9}))),
        ('"' + "9" * 18 + '"', Expected(frozenset({10**18 - 1}))),
        ('"' + "9" * 19 + '"', Expected(frozenset())),
    ],
)
def test_versions_are_read_from_strong_and_weak_tags(header: str | None, expected: Expected) -> None:
    assert parse_if_match(header) == expected


def test_a_change_without_the_header_is_refused() -> None:
    with pytest.raises(PreconditionRequired):
        Expected(None).require()
    with pytest.raises(PreconditionRequired):
        Expected(None).check(7)


def test_a_stale_version_is_told_the_current_one() -> None:
    with pytest.raises(StaleVersion) as refused:
        Expected(frozenset({6})).check(7)
    assert refused.value.headers == {"ETag": '"7"'}
    assert refused.value.members == {"current_etag": '"7"'}
    assert refused.value.detail == StaleVersion().detail


def test_a_weak_tag_of_the_current_version_says_why_it_does_not_match() -> None:
    with pytest.raises(StaleVersion, match="weak ETag") as refused:
        Expected(frozenset(), weak=frozenset({7})).check(7)
    assert refused.value.members == {"current_etag": '"7"'}


def test_a_repeated_delete_needs_the_header_of_any_version() -> None:
    with pytest.raises(PreconditionRequired):
        Expected(None).is_repeat(7, done=True)
    assert Expected(frozenset({6})).is_repeat(7, done=True)


def test_a_first_delete_needs_the_current_version() -> None:
    with pytest.raises(PreconditionRequired):
        Expected(None).is_repeat(7, done=False)
    with pytest.raises(StaleVersion):
        Expected(frozenset({6})).is_repeat(7, done=False)
    assert not Expected(frozenset({7})).is_repeat(7, done=False)


def test_the_version_that_was_read_and_any_version_pass() -> None:
    Expected(frozenset({6, 7})).check(7)
    Expected(frozenset({7})).require()
    ANY_VERSION.check(7)
    assert etag(7) == '"7"'
