"""Stage one and due diligence: from an initial application to an account, or a decline (R01–R05)."""
