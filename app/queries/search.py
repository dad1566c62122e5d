"""Searches that cost the same for a rare word and for a common one (docs/decisions/0020).

The words of a row are in a table that is sorted by word and, within one, in the order of the list. Each word is asked
how many rows it has, up to a thousand. If one has no more, those rows are read, the others filtered away and the rest
sorted. Otherwise every word is common, and the rows of one are read in the order of the list until the page is full.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, false, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from app.domain.search_text import query_words
from app.models import (
    Application,
    ApplicationWord,
    Centre,
    CentreWord,
    InitialApplication,
    InitialApplicationWord,
    Recognition,
    RecognitionWord,
)
from app.models.search import Searchable
from app.queries.merging import Ids, each_of, merge_over, one_of, rarest_of
from app.queries.paging import Column, Key, Page
from app.queries.visibility import Reason, unfiltered

# Words that begin as the last one does: each has a list, and these are merged.
_FORMS = 64
# Among words that are all common, the longest is probably the rarest.
_COUNTED = 6
_LAST_CHARACTER = "\U0010ffff"


@dataclass(frozen=True)
class Term:
    """A word that somebody searches for, or the beginning of one."""

    text: str
    begins: bool = False

    def among(self, words: Column) -> ColumnElement[bool]:
        """Match a column of words; the beginning of one is a range."""
        return and_(words >= self.text, words < self.text + _LAST_CHARACTER) if self.begins else words == self.text


@dataclass(frozen=True)
class WordIndex:
    """A table of words: the columns of the list's sort key, the id last, and whether a row has a word."""

    word: InstrumentedAttribute[str]
    keys: Sequence[Key]
    has: Callable[[Term], ColumnElement[bool]]
    # A row can have a word from several sources.
    repeats: bool = False

    def ids(self, term: Term) -> Ids:
        """Select the rows that have the word."""
        return select(self.keys[-1]).where(term.among(self.word))


def _has_itself(model: type[Searchable]) -> Callable[[Term], ColumnElement[bool]]:
    def has(term: Term) -> ColumnElement[bool]:
        if not term.begins:
            return model.words.contains([term.text])
        own = each_of(model.words)
        return exists(select(own.c.value).where(func.starts_with(own.c.value, term.text)).correlate(model))

    return has


def _centre_has(term: Term) -> ColumnElement[bool]:
    word = CentreWord.__table__.alias("own_word")
    own = select(literal(1)).select_from(word).where(word.c.centre_id == Centre.id, term.among(word.c.word))
    return exists(own.correlate(Centre))


CENTRES = WordIndex(CentreWord.word, [CentreWord.centre_id], _centre_has, repeats=True)
APPLICATIONS = WordIndex(
    ApplicationWord.word, [ApplicationWord.status_since, ApplicationWord.application_id], _has_itself(Application)
)
INITIAL_APPLICATIONS = WordIndex(
    InitialApplicationWord.word,
    [InitialApplicationWord.received_at, InitialApplicationWord.initial_application_id],
    _has_itself(InitialApplication),
)
RECOGNITIONS = WordIndex(
    RecognitionWord.word, [RecognitionWord.centre_name, RecognitionWord.recognition_id], _has_itself(Recognition)
)


async def search(
    session: AsyncSession,
    index: WordIndex,
    text: str,
    page: Page,
    filters: Sequence[ColumnElement[bool]] = (),
    narrow: Sequence[Ids] = (),
) -> ColumnElement[bool]:
    """Find the rows of the page that have every word and pass the filters, as a condition on the list's rows.

    `narrow` selects what passes a filter that an index can answer: it may be rarer than the words.
    """
    words = query_words(text)
    if not words:
        return false()
    last = Term(words[-1], begins=True)
    whole = sorted({Term(word) for word in words[:-1]}, key=lambda term: len(term.text), reverse=True)
    few = await rarest_of(session, [*(index.ids(term) for term in (*whole[:_COUNTED], last)), *narrow])
    if few is not None:
        return and_(one_of(page.keys[-1], few), *map(index.has, [*whole, last]), *filters)
    if whole:
        rest = [index.has(term) for term in (*whole[1:], last)]
        return one_of(page.keys[-1], _in_order(index, [whole[0].text], page, [*rest, *filters]))
    forms = await _forms(session, index, last)
    if len(forms) <= _FORMS:
        return one_of(page.keys[-1], _in_order(index, forms, page, filters))
    # So many words begin like this that a row which has none of them is rare.
    return and_(index.has(last), *filters)


def _in_order(index: WordIndex, words: Sequence[str], page: Page, filters: Sequence[ColumnElement[bool]]) -> Ids:
    each = each_of(words)
    listed = select(*index.keys).where(index.word == each.c.value)
    if filters:
        # As an expression, because the planner may read a joined table in its own order.
        passes = select(and_(*filters)).where(page.keys[-1] == index.keys[-1])
        listed = listed.where(passes.correlate(index.word.class_).scalar_subquery())
    return merge_over(page, each, listed.distinct() if index.repeats else listed)


@unfiltered(Reason.RULE)
async def _forms(session: AsyncSession, index: WordIndex, term: Term) -> Sequence[str]:
    """List the words that begin so, up to one more than are few: each is found by a step in the index."""
    first = select(func.min(index.word).label("word")).where(term.among(index.word)).cte("forms", recursive=True)
    after = select(func.min(index.word)).where(term.among(index.word), index.word > first.c.word).correlate(first)
    forms = first.union_all(select(after.scalar_subquery()).where(first.c.word.is_not(None)))
    rows = await session.scalars(select(forms.c.word).where(forms.c.word.is_not(None)).limit(_FORMS + 1))
    return rows.all()
