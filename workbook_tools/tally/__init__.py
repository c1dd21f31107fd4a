"""Totals without double counting, applied decisions, the roll-call, and the comparison with last period."""
