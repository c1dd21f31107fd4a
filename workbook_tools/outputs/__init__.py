"""Outputs beside the consolidated workbook: the Word report, JSON, blank decisions."""
