"""Outside documents to blocks: plain text, Markdown, HTML, and exports and feeds of many posts.

`read` and `read_all` are the doors. No HTML ever leaves this package.
"""

from .document import Document, Options
from .reading import Found, read, read_all
from .seeds import Seed, read_seeds

__all__ = ["Document", "Found", "Options", "Seed", "read", "read_all", "read_seeds"]
