"""Text as people type it: cleaning, folding, legacy fonts."""
