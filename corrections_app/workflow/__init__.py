"""THE JOURNEY. One file per step; the only folder that commits.

importing: a document becomes an article · submission: a reader sends a
correction · queue: what waits · review: a moderator decides · publishing: the
article changes · letters: the reader is told · outbox: the letter is sent.
"""
