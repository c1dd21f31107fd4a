"""The only interface to xlsxwriter: sheets, columns, styles, and lists longer than a sheet."""
