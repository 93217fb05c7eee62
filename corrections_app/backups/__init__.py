"""Whole copies of an installation: made while it runs, looked at, put back, moved to PostgreSQL."""
