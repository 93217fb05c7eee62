"""What the commands of `cli` are made of."""
