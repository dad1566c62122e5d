"""The public feed of events and their publication (R24)."""
