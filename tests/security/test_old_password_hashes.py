"""Hashes of earlier releases go on working: of what was typed, without outer spaces, uncomposed."""

import pytest
from argon2 import PasswordHasher

from app.security.passwords import better_hash, verify_password

_AS_NOW = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)


@pytest.mark.parametrize(
    ("hashed", "typed", "verifies_alone"),
    [
        ("quiet harbour", "quiet harbour", "quiet harbour"),
        ("quiet harbour", " quiet harbour ", "quiet harbour"),
        ("e\u0301le\u0300ve", "e\u0301le\u0300ve", "\u00e9l\u00e8ve"),
        ("e\u0301le\u0300ve", "\u00a0e\u0301le\u0300ve ", "\u00e9l\u00e8ve"),
    ],
)
async def test_an_old_hash_verifies_and_is_made_anew(hashed: str, typed: str, verifies_alone: str) -> None:
    stored = _AS_NOW.hash(hashed)
    assert await verify_password(stored, typed)
    better = await better_hash(stored, typed)
    assert (better is None) == (hashed == verifies_alone)
    assert await verify_password(better or stored, verifies_alone)


async def test_a_hash_of_other_parameters_is_made_anew() -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash("quiet harbour")
    better = await better_hash(weak, "quiet harbour")
    assert better is not None
    assert better != weak
    assert not _AS_NOW.check_needs_rehash(better)
    assert await verify_password(better, "quiet harbour")
