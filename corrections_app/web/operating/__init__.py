"""For whoever runs it."""
