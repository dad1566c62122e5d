"""Words of rows that a release without words writes, made by the database as `app/domain/search_text.py` makes them.

Only for databases that such a release may be serving; `migrations/leftovers.py` drops it all.
"""

import sys
import unicodedata
from collections.abc import Iterable, Iterator

from app.domain import search_text

_LETTERS = {chr(letter): plain for letter, plain in search_text._LETTERS.items()}


def _characters() -> Iterator[str]:
    return map(chr, (*range(1, 0xD800), *range(0xE000, sys.maxunicode + 1)))


def _escaped(text: str) -> str:
    """Spell characters so that no editor, log or terminal changes them."""
    return "U&'" + "".join(f"\\+{ord(c):06x}" for c in text) + "'"


def _ranges(characters: Iterable[str]) -> str:
    """Write a class of characters for a regular expression, whatever the database's locale calls a letter."""
    spans: list[list[int]] = []
    for code in map(ord, characters):
        if spans and spans[-1][1] == code - 1:
            spans[-1][1] = code
        else:
            spans.append([code, code])
    return "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in spans)


def _functions() -> Iterator[str]:
    lower = {c: c.casefold() for c in _characters() if len(c.casefold()) == 1 and c.casefold() != c}
    plain = {c: p for c, p in _LETTERS.items() if len(p) == 1}
    marks = "".join(c for c in _characters() if unicodedata.category(c) in ("Mn", "Me"))
    several = {c: p for c, p in _LETTERS.items() if len(p) > 1} | {"ẞ": "ss"}
    folded = f"translate(normalize(given, NFKD), {_escaped(''.join(lower))}, {_escaped(''.join(lower.values()))})"
    # What stands after the letters is deleted.
    folded = (
        f"translate(normalize({folded}, NFKD), {_escaped(''.join(plain) + marks)}, {_escaped(''.join(plain.values()))})"
    )
    for letter, letters in several.items():
        folded = f"replace({folded}, {_escaped(letter)}, '{letters}')"
    ascii_, letters = "[a-z0-9]+", f"[{_ranges(c for c in _characters() if c.isalnum())}]+"
    yield f"""
CREATE OR REPLACE FUNCTION written_fold(given text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN octet_length(given) = char_length(given) THEN lower(given) ELSE {folded} END
$$
"""
    yield f"""
CREATE OR REPLACE FUNCTION written_split(given text) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(array_agg(found[1]), '{{}}') FROM regexp_matches(
        written_fold(given),
        CASE WHEN octet_length(written_fold(given)) = char_length(written_fold(given))
            THEN '{ascii_}' ELSE '{letters}' END,
        'g'
    ) AS found
$$
"""
    apostrophes, blanks = _escaped(search_text._APOSTROPHES), " " * len(search_text._APOSTROPHES)
    space = _ranges(c for c in _characters() if c.isspace())
    yield f"""
CREATE OR REPLACE FUNCTION written_words(texts text[], codes text[]) RETURNS text[] LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    found text[] := '{{}}';
    given text;
    parts text[];
    pieces text[];
    whole text;
BEGIN
    FOREACH given IN ARRAY texts LOOP
        CONTINUE WHEN given IS NULL;
        parts := array_remove(regexp_split_to_array(given, '[{space}]+'), '');
        FOR at IN 1 .. coalesce(array_length(parts, 1), 0) LOOP
            pieces := written_split(translate(parts[at], {apostrophes}, '{blanks}'));
            found := found || pieces || written_split(translate(parts[at], {apostrophes}, ''));
            IF strpos(parts[at], '@') = 0 THEN
                found := found || array_to_string(pieces, '');
            END IF;
            IF array_length(pieces, 1) = 1 AND char_length(pieces[1]) = 1 THEN
                found := found || (pieces[1] || coalesce((written_split(parts[at + 1]))[1], ''));
            END IF;
        END LOOP;
    END LOOP;
    FOREACH given IN ARRAY codes LOOP
        pieces := written_split(given);
        whole := array_to_string(pieces, '');
        found := found || pieces || whole;
        IF written_fold(given) ~ '^[a-z]+-[0-9]{{4}}(-[0-9]*)?$' THEN
            parts := regexp_match(whole, '^([a-z]*)([0-9]{{4}})([0-9]{{0,3}})');
            found := found || parts[1] || (parts[1] || parts[2]) || (parts[1] || parts[2] || parts[3]);
        END IF;
    END LOOP;
    RETURN ARRAY(
        SELECT DISTINCT left(word, {search_text._LONGEST}) COLLATE "C" AS word
        FROM unnest(found) AS word WHERE word <> '' ORDER BY word
    );
END
$$
"""


# Table, and what its words are made from: texts, and codes.
MADE_FROM = {
    "centres": (("name", "email"), ("reference", "address_postcode")),
    "contacts": (("first_name || ' ' || last_name", "email"), ()),
    "people": (("first_name || ' ' || last_name", "email"), ()),
    "applications": (("centre_name", "trading_name"), ("reference",)),
    "initial_applications": (
        ("organisation_name", "email", "super_user_first_name || ' ' || super_user_last_name", "super_user_email"),
        ("reference", "address_postcode"),
    ),
    "recognitions": (("centre_name", "centre_town"), ("number",)),
}


def functions() -> list[str]:
    """The functions, and one that each table's trigger calls: who writes words keeps them."""
    made = list(_functions())
    for table, parts in MADE_FROM.items():
        texts, codes = (", ".join(_of_row(part) for part in some) for some in parts)
        made.append(f"""
CREATE OR REPLACE FUNCTION write_words_of_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.words := written_words(ARRAY[{texts}]::text[], ARRAY[{codes}]::text[]);
    RETURN NEW;
END
$$
""")
    return [*made, _TRADING_NAME]


def triggers(table: str) -> list[str]:
    """The triggers of a table: for a new row without words, and for one whose names change and whose words do not."""
    names = sorted({word for part in MADE_FROM[table] for text in part for word in text.split() if word.islower()})
    changed = " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in names)
    trigger = f"CREATE OR REPLACE TRIGGER write_words_%s BEFORE %s ON {table} FOR EACH ROW "
    does = f"EXECUTE FUNCTION write_words_of_{table}()"
    return [
        trigger % ("of_new", "INSERT") + f"WHEN (NEW.words = '{{}}') {does}",
        trigger % ("of_changed", "UPDATE") + f"WHEN (OLD.words = NEW.words AND ({changed})) {does}",
    ]


_TRADING_NAME = """
CREATE OR REPLACE FUNCTION write_trading_name() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- The words of the rest first: what the trading name adds is also the centre's.
    UPDATE applications SET words = written_words(ARRAY[centre_name], ARRAY[reference])
    WHERE id = NEW.application_id AND words = '{}';
    UPDATE applications SET
        trading_name = NEW.data->>'trading_name',
        words = written_words(ARRAY[centre_name, NEW.data->>'trading_name'], ARRAY[reference])
    WHERE id = NEW.application_id AND trading_name IS DISTINCT FROM NEW.data->>'trading_name';
    RETURN NULL;
END
$$
"""
TRADING_NAME_TRIGGER = """
CREATE OR REPLACE TRIGGER write_trading_name AFTER INSERT OR UPDATE ON application_details FOR EACH ROW
WHEN (NEW.group_key = 'history') EXECUTE FUNCTION write_trading_name()
"""


def _of_row(expression: str) -> str:
    return " ".join(f"NEW.{word}" if word.isidentifier() else word for word in expression.split(" "))
