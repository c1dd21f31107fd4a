"""What is asked, and of whom: the template workbook, the roster, the campaign folder."""
