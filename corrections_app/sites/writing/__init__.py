"""How a change is put into a site, by kind, where that takes more than one request."""
