"""The pages of the newsroom beside the queue: articles, reasons, letters, people."""
