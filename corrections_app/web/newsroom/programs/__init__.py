"""/tokens, /hooks: what admins do about programs that work here."""
