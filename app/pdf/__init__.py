"""PDF documents: one typed document per class, its typst template under `templates/`."""
