"""Is it right: what a return's answers say about themselves, about each other, and beside those of other units."""
