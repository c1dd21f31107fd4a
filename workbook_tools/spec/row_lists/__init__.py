"""Lists of any length: in the dictionary, on the drawn form in one row each, and the room made for them."""
