"""Second factors: adding, proving, removing and resetting them."""
