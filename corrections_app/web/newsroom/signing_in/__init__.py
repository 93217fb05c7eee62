"""The last part of signing in, whichever door it began at; and one's own second factors."""
