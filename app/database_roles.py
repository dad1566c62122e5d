"""The roles that processes log in as, so that none of them owns the tables. See decision 45."""

from typing import Final

API_ROLE: Final = "centre_recognition_api"
WORKER_ROLE: Final = "centre_recognition_worker"
ROLES: Final = (API_ROLE, WORKER_ROLE)
