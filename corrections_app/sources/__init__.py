"""Outside documents to blocks: plain text, Markdown and HTML.

`read` is the one door. No HTML ever leaves this package.
"""

from .document import Document, Options
from .reading import read
from .seeds import Seed, read_seeds

__all__ = ["Document", "Options", "Seed", "read", "read_seeds"]
