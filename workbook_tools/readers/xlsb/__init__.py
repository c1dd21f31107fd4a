"""Binary Excel workbooks to cells."""
