"""Texts as people type them: cleaned, folded, converted from legacy fonts."""
