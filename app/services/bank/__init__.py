"""Bank statements: upload them, and match their lines with invoices."""
