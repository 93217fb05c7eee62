"""What newsrooms' own pages load, show and link to."""
