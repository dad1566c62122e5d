"""Reviews and the answers to their return items (R17, R18)."""
