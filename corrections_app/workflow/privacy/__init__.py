"""What is kept of readers: until when, a copy of it for them, and how it is erased."""
