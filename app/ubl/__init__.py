"""Electronic invoices and credit notes: UBL 2.1 by EN 16931 and Peppol BIS Billing 3.0, from stored rows."""
