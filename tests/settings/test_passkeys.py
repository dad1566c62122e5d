"""The relying party of passkeys, from the settings."""

import pytest

from app.settings import InvalidSettings, settings_of
from app.settings.passkeys import relying_party


@pytest.mark.parametrize(
    ("environ", "id_", "origins"),
    [
        ({}, "localhost", ("http://localhost:8000",)),
        ({"PUBLIC_URL": "https://API.example.com/recognition"}, "api.example.com", ("https://api.example.com",)),
        (
            {"CORS_ORIGINS": "https://apply.example.com,https://elsewhere.org"},
            "apply.example.com",
            ("https://apply.example.com",),
        ),
        (
            {
                "PASSKEY_ORIGINS": "https://apply.example.com,https://staff.example.com",
                "PASSKEY_RP_ID": "example.com",
            },
            "example.com",
            ("https://apply.example.com", "https://staff.example.com"),
        ),
    ],
)
def test_the_relying_party_follows_the_origins(environ: dict[str, str], id_: str, origins: tuple[str, ...]) -> None:
    party = relying_party(settings_of(environ))
    assert (party.id, party.origins) == (id_, origins)


@pytest.mark.parametrize(
    "environ",
    [
        {"PASSKEY_ORIGINS": "https://apply.example.com,https://staff.example.com"},
        {"PASSKEY_ORIGINS": "https://evil-example.com", "PASSKEY_RP_ID": "example.com"},
        {"PUBLIC_URL": "https://api.example.com", "PASSKEY_RP_ID": "example.org"},
    ],
)
def test_an_origin_outside_the_domain_is_a_fault(environ: dict[str, str]) -> None:
    with pytest.raises(InvalidSettings) as refusal:
        settings_of(environ)
    assert [fault.name for fault in refusal.value.faults] == ["PASSKEY_RP_ID"]
