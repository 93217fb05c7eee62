"""Outside: where articles live, and the programs that speak with us."""
