"""Articles: brought in, read, edited by hand."""
