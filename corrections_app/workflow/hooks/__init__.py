"""Hooks: the programs that are told what happens here, and the calls that tell them."""
