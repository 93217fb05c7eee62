"""How long each text may be, in code points, and how large a request, in bytes."""

from corrections_app.domain.errors import TooLong

EXACT = 5_000
REPLACEMENT = 10_000
EXPLANATION = 2_000
SEEN = 12_000
"""What a reader's screen shows around selected words: the paragraphs that they stand in."""
NEIGHBOUR = 500
"""Of the paragraphs before those and of the ones behind them."""
NAME = 100
SOURCE_URL = 2_000
EMAIL = 254  # RFC 5321, section 4.5.3.1.3, less the angle brackets
NOTE = 2_000
NOTICE = 1_000
QUESTION = 1_000
"""Of what an editor asks a reader."""
ANSWER = 2_000
"""Of what the reader answers."""
TAKEN_DOWN = 1_000
"""Of the words that say to everybody why something was taken down."""
KEY = 100
TOKEN_NAME = 60
"""Of what a token is called by those who look after it."""
FIELDS = 40
"""Of one request, by name; a field that may be repeated counts once."""
SLUG = 100
BODY_BYTES = 64 * 1024
ARTICLE = 500_000
EDIT_BYTES = 4 * ARTICLE + BODY_BYTES
"""Of a request that brings a whole article: UTF-8 takes four bytes for a code point at most."""
PICTURE_BYTES = 10_000_000
PICTURE_PIXELS = 50_000_000
PICTURE_SIDE = 16_384
"""In pixels: more no browser can draw on every machine."""
PICTURES = 100
"""Of one article."""
CONTEXT = 32
"""Code points of prefix and suffix kept beside the words, for people and for export."""


def check_length(field: str, text: str, most: int) -> None:
    """Raise `TooLong`, naming the field, for a text of more than ``most`` code points."""
    if len(text) > most:
        raise TooLong.at(field, "That is too long: %(most)s characters at most.", most=most)


def is_number(text: str, digits: int = 9) -> bool:
    """Whether a text is a whole number of so many digits at most."""
    # int() alone would take "+5", "1_0" and "٥".
    return text.isascii() and text.isdigit() and len(text) <= digits
