"""Where files lie, and writing them whole or not at all."""
