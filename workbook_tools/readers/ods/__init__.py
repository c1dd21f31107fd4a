"""OpenDocument spreadsheets to cells."""
