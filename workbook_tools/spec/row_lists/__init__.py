"""Lists of any length: their dictionary rows, their drawn row on the form, and making room for their rows."""
