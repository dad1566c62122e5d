"""The tables of words hold what the rows say, after everything that the product does with them."""

from sqlalchemy import select, text

from app.database import Database
from app.domain.workflow import Status
from app.models import Application, Centre, Contact, InitialApplication, Person, Recognition
from app.models.search import Searchable
from tests.world import World

# Each table of words, and the same from the rows.
SAME = {
    "SELECT word, status_since, application_id FROM application_words": """
        SELECT unnest(words), status_since, id FROM applications""",
    "SELECT word, received_at, initial_application_id FROM initial_application_words": """
        SELECT unnest(words), received_at, id FROM initial_applications""",
    "SELECT word, centre_name, recognition_id FROM recognition_words": """
        SELECT unnest(words), centre_name, id FROM recognitions WHERE status = 'active'""",
    "SELECT word, centre_id FROM centre_words WHERE source_id NOT IN (SELECT id FROM applications)": """
        SELECT unnest(words), id FROM centres
        UNION SELECT unnest(words), centre_id FROM contacts WHERE ended_at IS NULL
        UNION SELECT unnest(words), centre_id FROM people JOIN memberships ON person_id = people.id
            WHERE deactivated_at IS NULL""",
    "SELECT word, issued_at, invoice_id FROM invoice_words": """
        SELECT invoice_code_words(number), issued_at, id FROM invoices
        UNION SELECT invoice_code_words(reference), issued_at, invoices.id
            FROM invoices JOIN applications ON applications.id = application_id""",
}


async def differences(database: Database) -> dict[str, int]:
    found = {}
    async with database.transaction() as session:
        for kept, derived in SAME.items():
            for left, right in ((kept, derived), (derived, kept)):
                statement = f"SELECT count(*) FROM (({left}) EXCEPT ({right})) AS different"
                found[f"{left} EXCEPT {right}"] = await session.scalar(text(statement)) or 0
    return {statement: number for statement, number in found.items() if number}


async def test_words_follow_their_rows_through_a_whole_application(world: World) -> None:
    centre = await world.centre(name="Ysgol Gŵyr")
    await world.application(centre, status=Status.ACCEPTED)
    await world.draft(await world.centre(name="O’Brien"))
    assert await differences(world.database) == {}
    models: tuple[type[Searchable], ...] = (Application, Centre, Contact, InitialApplication, Person, Recognition)
    async with world.database.transaction() as session:
        for model in models:
            rows = (await session.scalars(select(model))).all()
            assert [row.words for row in rows] == [row.words_now() for row in rows]
            assert rows, model
    async with world.database.transaction() as session:
        await session.execute(text("DELETE FROM application_words WHERE word = 'gwyr'"))
    assert list((await differences(world.database)).values()) == [1]


async def test_a_change_by_sql_is_followed_too(world: World) -> None:
    """The database copies the words, so no way of writing a row passes it by."""
    await world.draft(await world.centre(name="Derwent Works"))
    async with world.database.transaction() as session:
        await session.execute(text("UPDATE applications SET status_since = now(), words = '{changed}'"))
        await session.execute(text("UPDATE people SET words = '{changed}'"))
        await session.execute(text("UPDATE memberships SET deactivated_at = now() WHERE role = 'user'"))
        await session.execute(text("UPDATE initial_applications SET words = '{}'"))
    assert await differences(world.database) == {}
