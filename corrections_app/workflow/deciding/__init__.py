"""The decision, what comes instead of one, and what takes one back."""
