"""The product's table of contents: each router is one noun of the contract, in the order in which a centre meets them."""

from app.routers import (
    centre_users,
    centres,
    contacts,
    documents,
    initial_applications,
    integration_clients,
    operations,
    process,
    reference_data,
    sessions,
    sites,
    staff,
)

ALL = (
    process.routes,
    reference_data.routes,
    initial_applications.routes,
    sessions.routes,
    integration_clients.token_routes,
    centres.routes,
    sites.routes,
    contacts.routes,
    centre_users.routes,
    documents.routes,
    staff.routes,
    integration_clients.routes,
    operations.routes,
)
