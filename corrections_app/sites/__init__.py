"""WHERE ARTICLES LIVE: HTTP to a newsroom's CMS, and its folders; no Flask, no tables.

`site.Site` is what every kind can do, `outside.Client` the only way out of the house.
"""
