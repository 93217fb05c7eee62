"""Hooks: what programs elsewhere may hear of, and how long they are called."""
