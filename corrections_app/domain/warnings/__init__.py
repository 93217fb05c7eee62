"""What a change touches that deserves a second look, and what readers are told of it."""
