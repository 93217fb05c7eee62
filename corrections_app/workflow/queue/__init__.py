"""What moderators see: the list, the next card, what is worth knowing before deciding."""
