"""Returned forms: identity, location of the answers, and reading many at once."""
