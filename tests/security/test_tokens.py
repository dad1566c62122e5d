"""Verified tokens are remembered, but never trusted for longer or under another key."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from app.security import tokens
from app.security.tokens import Claims, InvalidToken, issue_access_token, read_access_token

KEY, OTHER_KEY = "a key that is long enough for a test", "another key that is long enough for it"
NOW = datetime(2026, 9, 1, 9, tzinfo=UTC)
CLAIMS = Claims(uuid4(), uuid4(), None)


def issued(claims: Claims = CLAIMS, key: str = KEY) -> str:
    return issue_access_token(key, claims, NOW, timedelta(minutes=15))


def test_a_remembered_token_expires() -> None:
    token = issued()
    assert read_access_token(KEY, token, NOW) == CLAIMS
    assert read_access_token(KEY, token, NOW + timedelta(minutes=14, seconds=59)) == CLAIMS
    with pytest.raises(InvalidToken):
        read_access_token(KEY, token, NOW + timedelta(minutes=15))


def test_a_remembered_token_is_not_valid_under_another_key() -> None:
    token = issued()
    assert read_access_token(KEY, token, NOW) == CLAIMS
    with pytest.raises(InvalidToken):
        read_access_token(OTHER_KEY, token, NOW)


def test_a_token_that_differs_from_a_remembered_one_anywhere_is_checked() -> None:
    token = issued()
    assert read_access_token(KEY, token, NOW) == CLAIMS
    for place in range(len(token)):
        changed = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        try:
            claims = read_access_token(KEY, changed, NOW)
        except InvalidToken:
            continue
        # The last character of a signature has bits that decode to nothing.
        assert (place, claims) == (len(token) - 1, CLAIMS)


def test_what_is_not_valid_is_not_remembered_and_the_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    tokens._verified.cache_clear()
    for number in range(20):
        with pytest.raises(InvalidToken):
            read_access_token(KEY, f"not.a.token{number}", NOW)
    assert tokens._verified.cache_info().currsize == 0
    assert 0 < (tokens._verified.cache_info().maxsize or 0) <= 10_000
