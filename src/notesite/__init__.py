"""notesite: a bilingual site with a citation index, from a folder of research notes."""

__version__ = "0.1.0"
