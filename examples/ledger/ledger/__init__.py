"""A small ledger behind the finance part of the API: it posts events, and proves that its books agree."""
