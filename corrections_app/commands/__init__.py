"""The commands that `cli` loads when they are asked for, and what they are made of."""
