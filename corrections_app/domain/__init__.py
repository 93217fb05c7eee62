"""THE RULES. Plain Python: no Flask, no SQLAlchemy, no clock, no I/O."""
