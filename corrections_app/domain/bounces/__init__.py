"""Letters that come back: what a report says, and what a refusal means."""
