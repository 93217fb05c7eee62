"""What newsrooms' own pages load, show and link to, and where their CMS tells of changes."""
