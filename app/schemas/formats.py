"""The contract's own formats: each names a rule that JSON Schema cannot say, so that a tool can be taught it.

A `pattern` beside the format says as much of the rule as a pattern can. Whoever makes up values (a test tool, a form)
takes the samples, or makes more by the meaning.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True)
class Format:
    """A named format: what it demands beside the pattern, and values that meet it."""

    meaning: str
    samples: tuple[str, ...]


EMAIL: Final = "email"
PASSWORD: Final = "password"
POSTCODE: Final = "postcode"
TELEPHONE: Final = "telephone"
VAT_NUMBER: Final = "vat-number"
WEB_ADDRESS: Final = "uri"
WORDS_500: Final = "words-500"

FORMATS: Final[Mapping[str, Format]] = MappingProxyType(
    {
        EMAIL: Format(
            "An email address that can be sent to (RFC 5321) in ASCII before the `@`; the domain is a real one, "
            "neither an IP address nor one of the names that are reserved for other uses, such as `.test` or `.local`.",
            ("alex.morgan@example.com", "quality+forms@skills.example.org", "o'neill@college.example.ac.uk"),
        ),
        PASSWORD: Format(
            "A new password is none of those that are often used, and not made of the person's name or address.",
            ("correct-horse-battery-staple", "Robin Hood rides at 7.15"),
        ),
        POSTCODE: Format(
            "For a country of the United Kingdom a postcode of its form, in any case and with or without spaces and "
            "hyphens; for the country `other` whatever is written there.",
            ("NG1 5DT", "de24 8bx", "SW1A1AA", "GIR 0AA", "BT1-5GS"),
        ),
        TELEPHONE: Format(
            "A number that can be called by its country's numbering plan, without an extension; one of the United "
            "Kingdom unless it begins with `+`.",
            ("0115 496 0123", "01332 341822", "+44 20 7946 0018", "07700 900123", "+353 1 496 0000"),
        ),
        VAT_NUMBER: Format(
            "A VAT number of the United Kingdom or a European country whose check digits agree; one of the United "
            "Kingdom may lack its prefix.",
            ("GB980780684", "980 7806 84", "gb 980 7806 84", "DE136695976"),
        ),
        WEB_ADDRESS: Format(
            "An address with `http` or `https` and a host name that has a dot in it, without credentials.",
            ("https://www.example.org", "http://skills.example.co.uk/about?lang=en", "https://example.org:8443/"),
        ),
        WORDS_500: Format(
            "At most 500 words: runs of characters that are no white space.",
            ("Founded in 2009 to help adults in Nottingham into work.", "We teach evening courses."),
        ),
    }
)
