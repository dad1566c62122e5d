"""Every way the product refuses: one class each, in the module of its noun. See `base`."""
