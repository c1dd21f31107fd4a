"""The office's own report: its form filled with totals, on sheets and in words."""
