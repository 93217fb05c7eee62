"""Outside documents to blocks: plain text, Markdown, HTML, and exports and feeds of many posts.

`read` and `read_all` are the doors. No HTML ever leaves this package.
"""

from corrections_app.sources.document import Document, Options
from corrections_app.sources.reading import Found, read, read_all
from corrections_app.sources.seeds import Seed, read_seeds

__all__ = ["Document", "Found", "Options", "Seed", "read", "read_all", "read_seeds"]
