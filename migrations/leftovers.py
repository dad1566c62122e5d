"""What only 1.1.0 uses. 1.3.0 kept it in databases that came from 1.1.0; 1.2.0 and 1.3.0 read none of it."""

import sqlalchemy as sa
from alembic import op

from migrations.steps import briefly, drop_index

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
_SEARCHED = """SELECT table_name FROM information_schema.columns
WHERE table_schema = 'public' AND column_name = 'search' AND udt_name = 'tsvector'"""
_INDEX = "ix_recognitions_centre_name_id"
_FUNCTIONS = (
    "write_trading_name()",
    *(f"write_words_of_{table}()" for table in MADE_FROM),
    "written_words(text[], text[])",
    "written_split(text)",
    "written_fold(text)",
)


def drop_leftovers() -> None:
    """Drop whatever is there."""
    for table in op.get_bind().scalars(sa.text(_SEARCHED)).all():
        drop_index(f"ix_{table}_search")
        briefly(f"ALTER TABLE {table} DROP COLUMN search")
    drop_index(_INDEX)
    for table in MADE_FROM:
        briefly(*(f"DROP TRIGGER IF EXISTS write_words_of_{which} ON {table}" for which in ("new", "changed")))
    briefly("DROP TRIGGER IF EXISTS write_trading_name ON application_details")
    briefly(*(f"DROP FUNCTION IF EXISTS {function}" for function in _FUNCTIONS))
