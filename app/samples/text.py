"""Parse the small Markdown subset in which the sample policies are written.

The first line is `# Title`. `Name: value` lines follow up to the first empty line, then paragraphs, `## headings`,
`- items`, `1. steps` and tables of `| cells |` with a heading row.
"""

import re
from dataclasses import dataclass
from itertools import groupby

_STEP = re.compile(r"\d+\. ")


@dataclass(frozen=True)
class Heading:
    """The heading of a section."""

    text: str


@dataclass(frozen=True)
class Paragraph:
    """Running text."""

    text: str


@dataclass(frozen=True)
class Items:
    """A list, numbered if the order matters."""

    texts: tuple[str, ...]
    numbered: bool


@dataclass(frozen=True)
class Table:
    """Rows of equal length. The first is the heading."""

    rows: tuple[tuple[str, ...], ...]


Block = Heading | Paragraph | Items | Table


@dataclass(frozen=True)
class PolicyText:
    """A policy; `facts` are the version, approval, owner and review, as name and value."""

    organisation: str
    title: str
    facts: tuple[tuple[str, str], ...]
    blocks: tuple[Block, ...]

    @property
    def version(self) -> str:
        """The version in its facts."""
        return dict(self.facts)["Version"]


def parse(source: str, *, organisation: str) -> PolicyText:
    """Parse a policy's source text."""
    head, _, body = source.partition("\n\n")
    title, *facts = head.splitlines()
    blocks: list[Block] = []
    for kind, lines in groupby((line for line in body.splitlines() if line), key=_kind):
        blocks.extend(_blocks(kind, list(lines)))
    return PolicyText(
        organisation=organisation,
        title=title.removeprefix("# "),
        facts=tuple((name, value) for name, _, value in (fact.partition(": ") for fact in facts)),
        blocks=tuple(blocks),
    )


def _kind(line: str) -> str:
    if _STEP.match(line):
        return "1."
    return line[:2] if line.startswith(("##", "- ", "| ")) else ""


def _blocks(kind: str, lines: list[str]) -> list[Block]:
    match kind:
        case "##":
            return [Heading(line.removeprefix("## ")) for line in lines]
        case "- ":
            return [Items(tuple(line.removeprefix("- ") for line in lines), numbered=False)]
        case "1.":
            return [Items(tuple(_STEP.sub("", line, count=1) for line in lines), numbered=True)]
        case "| ":
            return [Table(tuple(tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines))]
    return [Paragraph(line) for line in lines]
