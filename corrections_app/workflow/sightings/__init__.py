"""What readers see on a newsroom's own pages: whose pages they are, and where the words stand."""
