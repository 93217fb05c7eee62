"""Programs as users: what they show to be let in."""
