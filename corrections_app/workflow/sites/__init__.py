"""Where articles live: which sites there are, and what changed there."""
