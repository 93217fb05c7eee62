"""A reader sends a correction, is asked and answered, and keeps a receipt."""
