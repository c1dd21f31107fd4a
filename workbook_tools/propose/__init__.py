"""Propose a template from an existing form; mark every guess and overwrite nothing on the form."""
