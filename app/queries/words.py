"""The words of a row (`domain.search_text`) where the database makes a part of them."""

from sqlalchemy import ARRAY, ColumnElement, Text, func, select
from sqlalchemy.dialects.postgresql import array


def with_reference(words: ColumnElement[list[str]], reference: ColumnElement[str]) -> ColumnElement[list[str]]:
    """Add the words of a reference that the statement itself takes, as `search_words` makes them: sorted, each once."""
    plain = func.lower(reference)
    whole, series = func.replace(plain, "-", ""), func.length(func.split_part(plain, "-", 1))
    # To the year and to the thousand, as `code_words` does; the series is one of the parts.
    beginnings = func.array_append(
        array([func.left(whole, series + 4, type_=Text()), func.left(whole, series + 7, type_=Text())]), whole
    )
    theirs = func.array_cat(func.string_to_array(plain, "-"), beginnings)
    word = func.unnest(func.array_cat(words, theirs), type_=Text()).column_valued("word")
    each = select(word).group_by(word).order_by(word.collate("C"))
    return func.array(each.scalar_subquery(), type_=ARRAY(Text()))
