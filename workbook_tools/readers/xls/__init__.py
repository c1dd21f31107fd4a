"""Excel 97-2003 workbooks to cells."""
