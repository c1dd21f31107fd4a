"""One returned form: who it is from, where its answers stand, and reading many at once."""
