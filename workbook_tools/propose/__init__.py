"""Proposes a template from an existing form; marks every guess and overwrites nothing on the form."""
