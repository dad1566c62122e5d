"""The invoice for centre recognition: issued, shown, rendered, and its ledger (R18)."""
