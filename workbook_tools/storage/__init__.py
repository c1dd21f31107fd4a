"""Where files are, and atomic writing."""
