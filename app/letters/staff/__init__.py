"""Letters that let the awarding organisation's staff in (R06)."""
