"""Guide, pictures and brand → HTML."""
