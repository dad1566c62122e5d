"""Render a letter as subject, plain text and HTML in the awarding organisation's branding.

Each letter has one template, written in the macros of `layouts/words.*` (paragraph, details, button …). The macros
exist twice, for plain text and for HTML, so the two renderings cannot say different things. `layouts/phrases.jinja`
holds the passages that several letters share.
"""

import re
from dataclasses import dataclass, fields
from functools import lru_cache
from inspect import getfile
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import ChoiceLoader, DictLoader, Environment, FileSystemLoader, StrictUndefined
from mjml import mjml2html

from app.domain.formats import date_and_time, ink_on, long_date, money
from app.domain.links import find_links
from app.letters.letter import CentreWords, Letter
from app.settings import AwardingOrganisation

_HERE = Path(__file__).parent
_LAYOUTS = _HERE / "layouts"
_CONTROL_CHARACTERS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


class UnsafeLinkError(ValueError):
    """A template was given a link that is not an absolute web address: a fault in the code or the settings."""


@dataclass(frozen=True, slots=True)
class RenderedLetter:
    """A letter ready for the mailer. `subject` is one line, so it can never smuggle in another header."""

    subject: str
    text: str
    html: str


def render(letter: type[Letter], words: CentreWords, organisation: AwardingOrganisation) -> RenderedLetter:
    """Render the letter with these words.

    Raises `jinja2.UndefinedError` where the template names a variable that the words lack, and `UnsafeLinkError` for a
    link that is not an absolute web address.
    """
    template = template_of(letter).relative_to(_HERE).as_posix()
    variables: dict[str, object] = {field.name: getattr(words, field.name) for field in fields(words)}
    variables |= {"organisation": organisation, "audience": words.audience.value}
    subject = _subject(template, variables)
    text = _text_environment().get_template(template).render(variables, subject=subject)
    html = _html_environment().get_template(template).render(variables, subject=subject)
    return RenderedLetter(subject=subject, text=re.sub(r"\n{3,}", "\n\n", text).strip() + "\n", html=html)


def template_of(letter: type[Letter]) -> Path:
    """The template beside the letter's module."""
    return Path(getfile(letter)).with_suffix(".jinja")


def _subject(template_name: str, variables: dict[str, object]) -> str:
    template = _text_environment().get_template(template_name)
    subject = "".join(template.blocks["subject"](template.new_context(variables)))
    return " ".join(_CONTROL_CHARACTERS.sub(" ", subject).split())


@lru_cache(maxsize=1)
def _text_environment() -> Environment:
    return _environment((_LAYOUTS / "layout.txt.jinja").read_text(encoding="utf-8"), "txt", escape=False)


@lru_cache(maxsize=1)
def _html_environment() -> Environment:
    # Compile MJML before any value is filled in: its parser never sees what people typed, and its output is an
    # ordinary autoescaped template.
    layout = mjml2html((_LAYOUTS / "layout.mjml.jinja").read_text(encoding="utf-8"), fonts={})
    return _environment(layout, "html", escape=True)


def _environment(layout: str, form: str, *, escape: bool) -> Environment:
    loader = ChoiceLoader([DictLoader({"layout": layout}), FileSystemLoader([_HERE, _LAYOUTS])])
    environment = Environment(
        autoescape=escape, loader=loader, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {
        "date_and_time": date_and_time,
        "digits": _digits,
        "find_links": find_links,
        "ink_on": ink_on,
        "long_date": long_date,
        "money": money,
        "one_line": _one_line,
        "unlinked": _unlinked,
        "web_address": _web_address,
    }
    # The phrases are written in the words, so these come first.
    for layer in (f"words.{form}.jinja", "phrases.jinja"):
        macros = vars(environment.get_template(layer).module)
        environment.globals |= {name: macro for name, macro in macros.items() if not name.startswith("_")}
    return environment


def _digits(telephone: str) -> str:
    return re.sub(r"[^0-9+]", "", telephone)


def _one_line(words: str) -> str:
    return " ".join(words.split())


def _unlinked(words: str) -> str:
    """A stranger's words, without the dots and colons by which a mail reader recognises a link."""
    return re.sub(r"(?<=\w)\.(?=\w)", "[.]", words.replace("://", "[:]//"))


def _web_address(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or re.search(r"[\s<>\"]", url):
        raise UnsafeLinkError(f"not an absolute web address: {parts.scheme or 'no scheme'}")
    return url
