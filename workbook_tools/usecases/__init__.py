"""Use cases: each takes paths and options, returns a result, prints nothing."""
