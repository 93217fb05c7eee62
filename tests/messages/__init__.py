"""What the interface says: found in the source, kept in catalogues, checked."""
