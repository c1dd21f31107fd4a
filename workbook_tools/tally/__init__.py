"""Totals without double counting, decisions applied, the roll-call, and the comparison with last period."""
