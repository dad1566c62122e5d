"""How long a session lasts: until it is idle for too long, and never beyond its absolute end (ASVS 7.3)."""

from datetime import datetime, timedelta

from app.queries.people import Place
from app.settings import Settings


def absolute_end(settings: Settings, place: Place, started_at: datetime) -> datetime:
    """When the person must sign in again, however busy the session is."""
    if place is Place.STAFF:
        return started_at + timedelta(hours=settings.staff_session_hours)
    return started_at + timedelta(days=settings.centre_session_days)


def idle_end(settings: Settings, place: Place, started_at: datetime, now: datetime) -> datetime:
    """When the session ends unless it is refreshed."""
    staff = place is Place.STAFF
    idle = timedelta(minutes=settings.staff_idle_minutes) if staff else timedelta(days=settings.refresh_token_days)
    return min(now + idle, absolute_end(settings, place, started_at))
