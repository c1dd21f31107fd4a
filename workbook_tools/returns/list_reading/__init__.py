"""The rows of lists in a returned form, however many there are and wherever they are."""
