"""Verified tokens are remembered, but never trusted for longer or under another key."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from jose import jws, jwt

from app.security import tokens
from app.security.tokens import Claims, InvalidToken, issue_access_token, key_id, read_access_token

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


def with_header(token: str, **changes: object) -> str:
    """The token with another header, signed anew by our key: only what the header says differs."""
    header = jwt.get_unverified_header(token) | changes
    header = {name: value for name, value in header.items() if value is not None}
    claims = jwt.get_unverified_claims(token)
    return str(jws.sign(claims, KEY, headers=header, algorithm="HS256"))


def test_a_token_names_its_key() -> None:
    named = [jwt.get_unverified_header(issued(key=key))["kid"] for key in (KEY, OTHER_KEY)]
    assert named == [key_id(KEY), key_id(OTHER_KEY)]
    assert len(set(named)) == 2
    assert not any(part in named[0] for part in (KEY, KEY.encode().hex()[:16]))


def test_the_key_of_before_is_found_by_its_name() -> None:
    token = issued(key=OTHER_KEY)
    assert read_access_token(KEY, token, NOW, OTHER_KEY) == CLAIMS
    with pytest.raises(InvalidToken):
        read_access_token(KEY, token, NOW, "a third key that is long enough for it")


@pytest.mark.parametrize("kid", ["unknown", "", key_id(OTHER_KEY), ["x"], {"k": 1}, 7, f"{key_id(KEY)} "])
def test_a_token_of_another_key_is_refused_whoever_signed_it(kid: object) -> None:
    """Signed by our key, and named after one that we do not have or that did not sign it."""
    token = with_header(issued(), kid=kid)
    for previous in (None, OTHER_KEY):
        with pytest.raises(InvalidToken):
            read_access_token(KEY, token, NOW, previous)


@pytest.mark.parametrize(
    "header",
    [{"jku": "https://evil.example/keys"}, {"jwk": {"kty": "oct", "k": "eA"}}, {"x5u": "https://evil.example"}],
)
def test_a_key_that_the_token_brings_is_not_used(header: dict[str, object]) -> None:
    forged = jws.sign(jwt.get_unverified_claims(issued()), "x" * 32, headers=header, algorithm="HS256")
    with pytest.raises(InvalidToken):
        read_access_token(KEY, forged, NOW)


def test_a_token_of_the_release_before_names_no_key_and_is_accepted() -> None:
    """While both releases serve, and until it expires."""
    older = with_header(issued(), kid=None)
    assert read_access_token(KEY, older, NOW) == CLAIMS
    assert read_access_token(OTHER_KEY, older, NOW, KEY) == CLAIMS
    with pytest.raises(InvalidToken):
        read_access_token(OTHER_KEY, older, NOW)
    with pytest.raises(InvalidToken):
        read_access_token(KEY, older, NOW + timedelta(minutes=15))
