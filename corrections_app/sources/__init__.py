"""Outside documents to blocks: plain text, Markdown, HTML, and exports and feeds of many posts.

`read` and `read_all` are the doors of files, `read_source` that of sites. No HTML that is to be
shown ever leaves this package.
"""

from corrections_app.sources.document import Document, Options
from corrections_app.sources.reading import Found, read, read_all
from corrections_app.sources.seeds import Seed, read_seeds
from corrections_app.sources.source import Source, read_source

__all__ = [
    "Document",
    "Found",
    "Options",
    "Seed",
    "Source",
    "read",
    "read_all",
    "read_seeds",
    "read_source",
]
