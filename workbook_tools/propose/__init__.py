"""A template proposed from a form that was drawn before: every guess marked, nothing that stands on it overwritten."""
