"""What is written beside the consolidated workbook: the Word report, JSON, blank decisions."""
