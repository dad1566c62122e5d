"""The steps of a migration that runs while the previous release serves. See `docs/how-to/add-a-migration.md`.

Each step commits, so no lock outlives it, and each can be repeated: a migration that was stopped half-way runs again
from its start. What a migration does without these steps is one transaction, which is tried again as a whole.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from time import monotonic
from uuid import UUID

import sqlalchemy as sa
from alembic import op

from app.database_errors import CannotMigrate
from migrations.patience import LOCK_TIMEOUT, pauses, persistently, rest, tell

AT_ONCE = 1_000
"""Rows of a batch: their writers wait for a fraction of a second at most."""

_TOLD_EVERY_SECONDS = 10.0


@contextmanager
def _committing() -> Iterator[Callable[[str], object]]:
    """Commit what came before; within the block each statement commits by itself."""
    with op.get_context().autocommit_block():
        yield op.get_bind().exec_driver_sql


def briefly(*statements: str) -> None:
    """Run statements that each take a moment in one transaction, again and again until they get their locks.

    Name one table only: the locks of the first statements are held while a later one waits.
    """
    with _committing() as run:

        def all_of_them() -> None:
            for statement in ("BEGIN", *statements, "COMMIT"):
                run(statement)

        persistently(all_of_them, undo=lambda: run("ROLLBACK"))


def build_index(name: str, table: str, columns: str, *, where: str = "", unique: bool = False, using: str = "") -> None:
    """Build an index while the table is written. What an earlier try left half built is built anew."""
    made = f"CREATE {'UNIQUE ' if unique else ''}INDEX CONCURRENTLY IF NOT EXISTS {name} ON {table} "
    made += f"{f'USING {using} ' if using else ''}({columns}){f' WHERE {where}' if where else ''}"

    def build() -> None:
        if index_is_valid(name) is False:
            run(f"DROP INDEX CONCURRENTLY {name}")
        run(made)

    with _committing() as run, _waiting_for_everyone(run):
        persistently(build, undo=lambda: None)


def drop_index(name: str) -> None:
    """Drop an index without a lock that anybody waits for. A no-op if there is none."""
    with _committing() as run, _waiting_for_everyone(run):
        persistently(lambda: run(f"DROP INDEX CONCURRENTLY IF EXISTS {name}"), undo=lambda: None)


@contextmanager
def _waiting_for_everyone(run: Callable[[str], object]) -> Iterator[None]:
    # CONCURRENTLY waits for every open transaction and nobody waits for it, so the short time-out would only throw the
    # built half away.
    run("SET lock_timeout = '30min'")
    try:
        yield
    finally:
        run(f"SET lock_timeout = '{LOCK_TIMEOUT}'")


def index_is_valid(name: str) -> bool | None:
    """False for an index that was left half built, None where there is none."""
    found: bool | None = op.get_bind().scalar(
        sa.text("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(:name)"), {"name": name}
    )
    return found


def add_check(table: str, name: str, condition: str) -> None:
    """Add a check constraint, and prove it for the rows that there are while they are written."""
    _constrain(table, name, f"CHECK ({condition})")


def add_foreign_key(table: str, name: str, column: str, references: str) -> None:
    """Add a foreign key to `references`, such as `people(id)`, as `add_check` does. Index the column first."""
    _constrain(table, name, f"FOREIGN KEY ({column}) REFERENCES {references}")


def _constrain(table: str, name: str, definition: str) -> None:
    briefly(
        f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name}",
        f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition} NOT VALID",
    )
    briefly(f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}")


def require(table: str, column: str) -> None:
    """Set a column NOT NULL, by a check that was proven before: the table is not read under the lock."""
    check = f"{table}_{column}_filled"
    add_check(table, check, f"{column} IS NOT NULL")
    briefly(f"ALTER TABLE {table} ALTER COLUMN {column} SET NOT NULL", f"ALTER TABLE {table} DROP CONSTRAINT {check}")


def in_batches(table: str, change: str | Callable[[Sequence[UUID]], None], *, where: str = "true") -> None:
    """Change rows of a table, a thousand in each transaction, in the order of their ids.

    `change` is a statement with the parameter `:ids`, or a function that is given them. The rows are locked; those that
    somebody else has locked are left for a later try, so that nobody can wait for us while we wait for them.
    """
    statement = (
        sa.text(change).bindparams(sa.bindparam("ids", type_=sa.ARRAY(sa.Uuid()))) if isinstance(change, str) else None
    )

    def apply(ids: Sequence[UUID]) -> None:
        if statement is not None:
            op.get_bind().execute(statement, {"ids": ids})
        else:
            assert callable(change)
            change(ids)

    read = sa.text(f"SELECT id FROM {table} WHERE id > :last AND ({where}) ORDER BY id LIMIT {AT_ONCE}")
    last, done, told_at = UUID(int=0), 0, monotonic()
    with _committing():
        while ids := op.get_bind().scalars(read.bindparams(last=last)).all():
            _change(table, ids, apply)
            last, done = ids[-1], done + len(ids)
            if monotonic() - told_at > _TOLD_EVERY_SECONDS:
                tell(f"{table}: {done:,} rows done.")
                told_at = monotonic()


def _change(table: str, ids: Sequence[UUID], apply: Callable[[Sequence[UUID]], None]) -> None:
    there = sa.text(f"SELECT id FROM {table} WHERE id = ANY(:ids) ORDER BY id")
    for pause in pauses():
        changed = _change_free_ones(table, ids, apply)
        # Rows that were deleted meanwhile are not waited for.
        ids = [id_ for id_ in op.get_bind().scalars(there, {"ids": ids}) if id_ not in changed]
        if not ids:
            return
        rest(pause)
    raise CannotMigrate(f"Rows of {table} have been locked for too long, such as {ids[0]}: run 'migrate' again later.")


def _change_free_ones(table: str, ids: Sequence[UUID], apply: Callable[[Sequence[UUID]], None]) -> frozenset[UUID]:
    """Lock the rows that nobody else has locked, change them, and return their ids."""
    lock = sa.text(f"SELECT id FROM {table} WHERE id = ANY(:ids) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED")
    bind = op.get_bind()

    def change() -> frozenset[UUID]:
        bind.exec_driver_sql("BEGIN")
        free = bind.scalars(lock, {"ids": ids}).all()
        if free:
            apply(free)
        bind.exec_driver_sql("COMMIT")
        return frozenset(free)

    return persistently(change, undo=lambda: bind.exec_driver_sql("ROLLBACK"))
