"""The database's URL, as PostgreSQL's own tools take it, for the driver."""

from sqlalchemy.engine import make_url

from app.hosts import name_hosts


def asyncpg_url(url: str) -> str:
    """Convert a PostgreSQL URL, with `sslmode` and hosts as libpq takes them, for SQLAlchemy's asyncpg driver."""
    parsed = make_url(name_hosts(url.replace("postgres://", "postgresql://", 1)))
    query = dict(parsed.query)
    if "sslmode" in query:
        query["ssl"] = query.pop("sslmode")
    return parsed.set(drivername="postgresql+asyncpg", query=query).render_as_string(hide_password=False)
