"""Log in to a test's database as the roles that the product's processes have."""

import asyncpg
from sqlalchemy import make_url

from app.database_roles import API_ROLE, ROLES


def as_role(url: str, role: str = API_ROLE) -> str:
    """The same database, as another role with the same password."""
    return make_url(url).set(username=role).render_as_string(hide_password=False)


async def create_roles(url: str) -> None:
    """Create the roles on a server that is not the embedded one."""
    address = make_url(url)
    _, options = address.get_dialect()().create_connect_args(address)
    password = (address.password or "").replace("'", "''")
    connection = await asyncpg.connect(**options)
    try:
        there = {row[0] for row in await connection.fetch("SELECT rolname FROM pg_roles")}
        for role in ROLES:
            if role not in there:
                await connection.execute(f"CREATE ROLE {role} LOGIN PASSWORD '{password}'")
    finally:
        await connection.close()
