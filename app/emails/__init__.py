"""Emails: one typed message per class, its words in one template, rendered as text and HTML."""
