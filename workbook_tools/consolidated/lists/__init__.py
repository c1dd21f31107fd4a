"""Sheets that are lists: problems, decisions, files, mails, and the journal of the run."""
