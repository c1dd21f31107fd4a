"""The rows of lists on a form: room made in the officer's sheet, their live checks, locks and marks."""
