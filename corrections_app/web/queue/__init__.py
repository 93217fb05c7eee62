"""The pages of triage: list, card, acts."""
