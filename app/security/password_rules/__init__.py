"""What a chosen password may be (NIST SP 800-63B section 3.1.1.2, ASVS 6.2)."""
