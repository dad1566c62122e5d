"""Search by folded words: each row's words, and tables that hold the rows of a word in the order of their list.

Rewritten after its release, so that rows are filled in batches after the triggers that keep them. 1.1.0 cannot serve
while it runs: the columns that it searches go.
"""

from collections.abc import Callable, Sequence
from functools import partial
from uuid import UUID

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.domain.search_text import search_words
from migrations.leftovers import MADE_FROM, drop_leftovers
from migrations.steps import briefly, in_batches

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# The lists' tables of words: the sort key, its type, the row's column, and which rows the list shows.
_LISTS = {
    "applications": ("status_since", "timestamptz", "application_id", "true"),
    "initial_applications": ("received_at", "timestamptz", "initial_application_id", "true"),
    "recognitions": ("centre_name", "text", "recognition_id", "{row}.status = 'active'"),
}


def _table(of: str) -> str:
    return f"{of.removesuffix('s')}_words"


def _follow(of: str) -> str:
    """The trigger of a list: what the row's words were goes, and what they are comes."""
    key, _, id_, shown = _LISTS[of]
    return f"""
CREATE OR REPLACE FUNCTION keep_{_table(of)}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        DELETE FROM {_table(of)} WHERE word = ANY(OLD.words) AND {key} = OLD.{key} AND {id_} = OLD.id;
    END IF;
    IF TG_OP <> 'DELETE' AND {shown.format(row="NEW")} THEN
        INSERT INTO {_table(of)} (word, {key}, {id_})
        SELECT word, NEW.{key}, NEW.id FROM unnest(NEW.words) AS word;
    END IF;
    RETURN NULL;
END
$$
"""


# A centre is also found by its people and by the trading name of its application, which are rows of their own. Each row
# keeps the words that it brought: they go when its name changes or the person leaves.
_CENTRES = (
    """
CREATE OR REPLACE FUNCTION set_centre_words(of uuid, source uuid, before text[], after text[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM centre_words
    WHERE word = ANY(before) AND NOT word = ANY(after) AND centre_id = of AND source_id = source;
    INSERT INTO centre_words (word, centre_id, source_id) SELECT word, of, source FROM unnest(after) AS word
    ON CONFLICT DO NOTHING;
END
$$
""",
    """
CREATE OR REPLACE FUNCTION keep_words_of_centre() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM set_centre_words(NEW.id, NEW.id, '{}', NEW.words);
    ELSE
        PERFORM set_centre_words(NEW.id, NEW.id, OLD.words, NEW.words);
    END IF;
    RETURN NULL;
END
$$
""",
    """
CREATE OR REPLACE FUNCTION keep_words_of_contact() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    after text[] := CASE WHEN NEW.ended_at IS NULL THEN NEW.words ELSE '{}' END;
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM set_centre_words(NEW.centre_id, NEW.id, '{}', after);
    ELSE
        PERFORM set_centre_words(NEW.centre_id, NEW.id, OLD.words, after);
    END IF;
    RETURN NULL;
END
$$
""",
    """
CREATE OR REPLACE FUNCTION keep_words_of_member() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    theirs text[];
BEGIN
    -- Whoever changes this person's name now has to wait, and then sees this membership.
    SELECT words INTO theirs FROM people WHERE id = NEW.person_id FOR SHARE;
    IF NEW.deactivated_at IS NULL THEN
        PERFORM set_centre_words(NEW.centre_id, NEW.person_id, '{}', theirs);
    ELSE
        PERFORM set_centre_words(NEW.centre_id, NEW.person_id, theirs, '{}');
    END IF;
    RETURN NULL;
END
$$
""",
    """
CREATE OR REPLACE FUNCTION keep_words_of_person() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_centre_words(centre_id, NEW.id, OLD.words, NEW.words)
    FROM memberships WHERE person_id = NEW.id AND deactivated_at IS NULL;
    RETURN NULL;
END
$$
""",
    """
CREATE OR REPLACE FUNCTION keep_words_of_trading_name() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Only what the trading name adds: the centre has its own name itself.
    DELETE FROM centre_words
    WHERE word = ANY(OLD.words) AND NOT word = ANY(NEW.words) AND centre_id = NEW.centre_id AND source_id = NEW.id;
    INSERT INTO centre_words (word, centre_id, source_id)
    SELECT word, NEW.centre_id, NEW.id FROM unnest(NEW.words) AS word WHERE NOT word = ANY(OLD.words)
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$$
""",
)
# Table, when, and what runs.
_TRIGGERS = (
    ("centres", "INSERT", "keep_words_of_centre"),
    ("centres", "UPDATE words", "keep_words_of_centre"),
    ("contacts", "INSERT", "keep_words_of_contact"),
    ("contacts", "UPDATE words ended_at", "keep_words_of_contact"),
    ("memberships", "INSERT", "keep_words_of_member"),
    ("memberships", "UPDATE deactivated_at", "keep_words_of_member"),
    ("people", "UPDATE words", "keep_words_of_person"),
    ("applications", "UPDATE trading_name", "keep_words_of_trading_name"),
    ("applications", "INSERT", "keep_application_words"),
    ("applications", "UPDATE words status_since", "keep_application_words"),
    ("initial_applications", "INSERT", "keep_initial_application_words"),
    ("initial_applications", "UPDATE words received_at", "keep_initial_application_words"),
    ("recognitions", "INSERT", "keep_recognition_words"),
    ("recognitions", "UPDATE words centre_name status", "keep_recognition_words"),
)


def upgrade() -> None:
    """Keep the tables of words from now on, then give every row its words: its triggers fill the tables."""
    briefly("ALTER TABLE applications ADD COLUMN IF NOT EXISTS trading_name text")
    for table in MADE_FROM:
        briefly(f"ALTER TABLE {table} ADD COLUMN IF NOT EXISTS words text[] NOT NULL DEFAULT '{{}}'")
    _create_tables()
    for function in (*_CENTRES, *map(_follow, _LISTS)):
        op.get_bind().exec_driver_sql(function)
    for trigger in _TRIGGERS:
        briefly(_trigger(*trigger))
    for table in MADE_FROM:
        in_batches(table, partial(_make_words, table), where="words = '{}'")
    in_batches("applications", _take_trading_names, where=f"trading_name IS NULL AND id IN ({_NAMED})")
    drop_leftovers()


def _trigger(table: str, when: str, function: str) -> str:
    event, *columns = when.split()
    changed = " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in columns)
    return (
        f"CREATE OR REPLACE TRIGGER {function}_{event.lower()} AFTER {event} ON {table} FOR EACH ROW "
        f"{f'WHEN ({changed}) ' if columns else ''}EXECUTE FUNCTION {function}()"
    )


_WRITE = """UPDATE {table} SET words = string_to_array(made.words, ' '){more}
FROM unnest(CAST(:ids AS uuid[]), CAST(:words AS text[]), CAST(:names AS text[])) AS made (id, words, name)
WHERE made.id = {table}.id"""
_NAMED = (
    "SELECT application_id FROM application_details WHERE group_key = 'history' AND data->>'trading_name' IS NOT NULL"
)


def _make_words(table: str, ids: Sequence[UUID]) -> None:
    texts, codes = MADE_FROM[table]
    read = f"SELECT id, {', '.join((*texts, *codes))} FROM {table} WHERE id = ANY(:ids) AND words = '{{}}'"
    rows = op.get_bind().execute(sa.text(read), {"ids": ids}).all()
    words = [" ".join(search_words(row[1 : 1 + len(texts)], row[1 + len(texts) :])) for row in rows]
    made = {"ids": [row[0] for row in rows], "words": words, "names": [None for _ in rows]}
    op.get_bind().execute(sa.text(_WRITE.format(table=table, more="")), made)


def _take_trading_names(ids: Sequence[UUID]) -> None:
    read = sa.text(
        "SELECT id, centre_name, data->>'trading_name', reference FROM applications JOIN application_details "
        "ON application_id = id AND group_key = 'history' WHERE id = ANY(:ids)"
    )
    rows = op.get_bind().execute(read, {"ids": ids}).all()
    words = [" ".join(search_words([name, trading], [reference])) for _, name, trading, reference in rows]
    made = {"ids": [row[0] for row in rows], "words": words, "names": [row[2] for row in rows]}
    op.get_bind().execute(sa.text(_WRITE.format(table="applications", more=", trading_name = made.name")), made)


def _create_tables() -> None:
    word: Callable[[], sa.Column[str]] = lambda: sa.Column("word", sa.Text(collation="C"), nullable=False)  # noqa: E731
    op.create_table(
        "centre_words",
        word(),
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("word", "centre_id", "source_id", name=op.f("pk_centre_words")),
        if_not_exists=True,
    )
    op.create_index(op.f("ix_centre_words_centre_id_word"), "centre_words", ["centre_id", "word"], if_not_exists=True)
    for of, (key, kind, id_, _) in _LISTS.items():
        op.create_table(
            _table(of),
            word(),
            sa.Column(key, sa.Text() if kind == "text" else sa.DateTime(timezone=True), nullable=False),
            sa.Column(id_, sa.Uuid(), nullable=False),
            sa.PrimaryKeyConstraint("word", key, id_, name=op.f(f"pk_{_table(of)}")),
            if_not_exists=True,
        )


_SEARCH = {
    "centres": "name || ' ' || replace(reference, '-', ' ') || ' ' || address_postcode",
    "applications": "centre_name || ' ' || replace(reference, '-', ' ')",
    "initial_applications": "organisation_name || ' ' || replace(reference, '-', ' ') || ' ' || address_postcode",
    "recognitions": "centre_name || ' ' || replace(number, '-', ' ') || ' ' || centre_town",
}


def downgrade() -> None:
    """Search with the full-text columns again."""
    drop_leftovers()
    run = op.get_bind().exec_driver_sql
    op.create_index("ix_recognitions_centre_name_id", "recognitions", ["centre_name", "id"])
    for table, expression in _SEARCH.items():
        search = sa.Computed(f"to_tsvector('simple'::regconfig, {expression})", persisted=True)
        op.add_column(table, sa.Column("search", postgresql.TSVECTOR(), search, nullable=False))
        op.create_index(f"ix_{table}_search", table, ["search"], postgresql_using="gin")
    for table, when, function in _TRIGGERS:
        run(f"DROP TRIGGER {function}_{when.split()[0].lower()} ON {table}")
    for function in sorted({function for _, _, function in _TRIGGERS}):
        run(f"DROP FUNCTION {function}")
    run("DROP FUNCTION set_centre_words")
    for table in ("centre_words", *map(_table, _LISTS)):
        op.drop_table(table)
    for table in MADE_FROM:
        op.drop_column(table, "words")
    op.drop_column("applications", "trading_name")
