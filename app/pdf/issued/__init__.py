"""PDFs that are issued: made once from rows, kept in the document store, and the same bytes ever after."""
