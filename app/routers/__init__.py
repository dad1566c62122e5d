"""The product's table of contents: each router is one noun of the contract, in the order in which a centre meets them."""

from app.routers import initial_applications, sessions

ALL = (
    initial_applications.routes,
    sessions.routes,
)
