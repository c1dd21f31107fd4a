"""What is asked, and of whom: the template workbook and the roster."""
