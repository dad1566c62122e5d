"""Read bank statements. A file is read in a process of its own, which has no network, no files and bounded memory."""
