"""Replace a centre's super user who is lost (R10)."""
