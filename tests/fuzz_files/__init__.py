"""Fuzz the inspectors with mutations of every document of the corpora."""
