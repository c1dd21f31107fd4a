"""Lists of any length: their rows of the dictionary, their one row on the drawn form, and the room made for them."""
