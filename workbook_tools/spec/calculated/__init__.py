"""Calculated cells of a form: the officer's formulas, what they refer to, and why some cannot be used."""
