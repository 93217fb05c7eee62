"""Bodies that become others: patched, typed anew, put together, compared."""
