"""Propose a template from an existing form, in which every guess is marked."""
