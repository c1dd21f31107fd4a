"""Fast writers for zip packages and long rows."""
