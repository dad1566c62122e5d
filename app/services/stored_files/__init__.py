"""The files of the document store: issued, read only where sound, checked, moved, and tied to the database."""
