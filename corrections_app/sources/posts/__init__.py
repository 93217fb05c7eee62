"""What a CMS stores of a post, by CMS; `source.read_source` is the door."""
