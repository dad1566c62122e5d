"""Letters that let people into a centre's account (R04, R06, R10)."""
