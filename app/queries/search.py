"""Searches that cost the same for a rare word and for a common one (docs/decisions/0020).

The words of a row are in a table that is sorted by word and, within one, in the order of the list. Each word is asked
how many rows it has, up to two hundred. If one has no more, those rows are read, the others filtered away and the rest
sorted. Otherwise every word is common, and the rows of one are read in the order of the list until the page is full.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, false, func, literal, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from app.domain.search_text import Term, query_terms
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
from app.queries.merging import Ids, Shown, each_of, merge_over, one_of, rank, rarest_of
from app.queries.paging import Column, Key, Page
from app.queries.visibility import Reason, unfiltered

# Words that begin as the last one does: each has a list, and these are merged.
_FORMS = 100
_COUNTED = 6
_LAST_CHARACTER = "\U0010ffff"


def among(term: Term, words: Column) -> ColumnElement[bool]:
    """Match a column of words; the beginning of one is a range."""
    first = term.words[0]
    if term.begins:
        return and_(words >= first, words < first + _LAST_CHARACTER)
    one: ColumnElement[bool] = words == first
    return one if len(term.words) == 1 else words.in_(term.words)


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
        return select(self.keys[-1]).where(among(term, self.word))


def _has_itself(model: type[Searchable]) -> Callable[[Term], ColumnElement[bool]]:
    def has(term: Term) -> ColumnElement[bool]:
        if not term.begins:
            shares: ColumnElement[bool] = model.words.overlap(list(term.words))
            return shares
        own = each_of(model.words)
        return exists(select(own.c.value).where(func.starts_with(own.c.value, term.words[0])).correlate(model))

    return has


def _centre_has(term: Term) -> ColumnElement[bool]:
    word = CentreWord.__table__.alias("own_word")
    own = select(literal(1)).select_from(word).where(word.c.centre_id == Centre.id, among(term, word.c.word))
    # Not EXISTS, which the planner may answer by reading every centre that has the word.
    return own.correlate(Centre).limit(1).scalar_subquery().is_not(None)


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
) -> Shown:
    """Find the rows of the page that have every word and pass the filters.

    `narrow` selects what passes a filter that an index can answer: it may be rarer than the words.
    """
    terms = query_terms(text)
    if not terms:
        return Shown(false())
    # Of many words, the longest are probably the rarest.
    typed = list(terms)
    terms.sort(key=lambda term: -len(term.words[0]))
    sets = [index.ids(term) for term in terms[:_COUNTED]]
    few = await rarest_of(session, [*sets, *narrow])
    if few is not None:
        return Shown(and_(one_of(page.keys[-1], few), *map(index.has, terms), *filters))
    if len(sets) > 1:
        sizes = await rank(session, sets)
        # Of equals the one that was typed first, by which lists of names are sorted.
        terms.insert(0, terms.pop(min(range(len(sizes)), key=lambda n: (sizes[n], typed.index(terms[n])))))
    first, *others = terms
    words = await _forms(session, index, first) if first.begins else first.words
    if len(words) <= _FORMS:
        return Shown(one_of(page.keys[-1], _in_order(index, words, page, [*map(index.has, others), *filters])))
    # So many words begin like this that few rows have none of them.
    return Shown(and_(*map(index.has, terms), *filters), by_id=False)


def _in_order(index: WordIndex, words: Sequence[str], page: Page, filters: Sequence[ColumnElement[bool]]) -> Ids:
    listed = select(*index.keys)
    if filters:
        # As an expression, because the planner may read a joined table in its own order.
        passes = select(and_(*filters)).where(page.keys[-1] == index.keys[-1])
        listed = listed.where(passes.correlate(index.word.class_).scalar_subquery())
    return merge_over(
        page, index.word, words, listed.ext(distinct_on(index.word, *index.keys)) if index.repeats else listed
    )


@unfiltered(Reason.RULE)
async def _forms(session: AsyncSession, index: WordIndex, term: Term) -> Sequence[str]:
    """List the words that begin so, up to one more than are few: each is found by a step in the index."""
    first = select(func.min(index.word).label("word")).where(among(term, index.word)).cte("forms", recursive=True)
    after = select(func.min(index.word)).where(among(term, index.word), index.word > first.c.word).correlate(first)
    forms = first.union_all(select(after.scalar_subquery()).where(first.c.word.is_not(None)))
    rows = await session.scalars(select(forms.c.word).where(forms.c.word.is_not(None)).limit(_FORMS + 1))
    return rows.all()
