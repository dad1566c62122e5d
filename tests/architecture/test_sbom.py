"""`make sbom` names every package with its licence, and fails for a licence that nobody has allowed."""

import pytest

from scripts.sbom import allowed, licences_of

PACKAGES = {
    "components": [
        {"name": "one", "version": "1.0", "licenses": [{"license": {"id": "MIT"}}]},
        {"name": "two", "version": "2.0", "licenses": [{"expression": "Apache-2.0 OR BSD-3-Clause"}]},
        {
            "name": "three",
            "version": "3.0",
            "licenses": [{"license": {"id": "ISC"}}, {"license": {"name": "License :: OSI Approved :: ISC License"}}],
        },
        {
            "name": "four",
            "version": "4.0",
            "licenses": [{"license": {"name": "License :: OSI Approved :: BSD License"}}],
        },
        {"name": "five", "version": "5.0"},
    ]
}


@pytest.mark.parametrize(
    "licences",
    [
        pytest.param([], id="says nothing"),
        pytest.param(["AGPL-3.0-only"], id="unknown"),
        pytest.param(["MIT", "AGPL-3.0-only"], id="one of two"),
        pytest.param(["MIT AND AGPL-3.0-only"], id="both bind"),
        pytest.param(["GPL-3.0-only OR AGPL-3.0-only"], id="no choice is allowed"),
    ],
)
def test_a_licence_that_nobody_has_allowed_fails(licences: list[str]) -> None:
    assert not allowed(licences)


@pytest.mark.parametrize(
    "licence",
    ["MIT", "MIT AND PSF-2.0", "MIT OR AGPL-3.0-only", "GNU Lesser General Public License v2 or later (LGPLv2+)"],
)
def test_an_allowed_licence_passes(licence: str) -> None:
    assert allowed([licence])


def test_the_list_has_the_words_of_each_package() -> None:
    assert licences_of(PACKAGES) == {
        ("one", "1.0"): ["MIT"],
        ("two", "2.0"): ["Apache-2.0 OR BSD-3-Clause"],
        ("three", "3.0"): ["ISC"],
        ("four", "4.0"): ["BSD License"],
        ("five", "5.0"): [],
    }
