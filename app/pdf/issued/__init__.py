"""Issued PDFs: rendered once from rows and kept in the document store, so that the bytes never change."""
