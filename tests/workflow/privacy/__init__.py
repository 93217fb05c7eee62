"""What is kept of readers, and its end."""
