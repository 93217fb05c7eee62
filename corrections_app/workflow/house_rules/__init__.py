"""The newsroom's standing answers: kept by editors, and looked for in what readers propose."""
