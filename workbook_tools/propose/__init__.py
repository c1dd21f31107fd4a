"""Proposes a template from an existing form: marks every guess, overwrites nothing on the form."""
