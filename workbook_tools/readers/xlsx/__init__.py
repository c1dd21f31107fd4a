"""Office Open XML workbooks to cells."""
