"""/api/v1: the doors for programs, which show a token; nothing here looks for a session."""
