"""Fast writing of zip packages and of long rows."""
