"""What comes back of the letters: where it is found, and what follows from it."""
