"""PDF documents: a dataclass for each, with its Typst template in `templates/`."""
