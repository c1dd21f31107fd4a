"""The live formulas of a form: tests, checks beside the lines, the progress panel."""
