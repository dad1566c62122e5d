"""The words of a row (`domain.search_text`) where the database makes a part of them."""

from sqlalchemy import ARRAY, ColumnElement, Text, func, select


def with_reference(words: ColumnElement[list[str]], reference: ColumnElement[str]) -> ColumnElement[list[str]]:
    """Add the words of a reference that the statement itself takes, as `search_words` makes them: sorted, each once."""
    plain = func.lower(reference)
    theirs = func.array_append(func.string_to_array(plain, "-"), func.replace(plain, "-", ""))
    word = func.unnest(func.array_cat(words, theirs), type_=Text()).column_valued("word")
    each = select(word).group_by(word).order_by(word.collate("C"))
    return func.array(each.scalar_subquery(), type_=ARRAY(Text()))
