"""What a user can do: each takes paths and options, returns a result, prints nothing."""
