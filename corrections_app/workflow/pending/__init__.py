"""Corrections that wait: where they stand, with whom, in what order, and how they are closed."""
