"""The server: its processes, the bodies it reads first, and who may wait where."""
