"""From what a reader is owed to the letter that left: grouped, written, kept, sent."""
