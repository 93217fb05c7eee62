"""What Unicode itself says of characters, as far as the rules need it: generated tables."""
