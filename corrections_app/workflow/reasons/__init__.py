"""The reasons for rejecting: the list as editors keep it, and what each says in which language."""
