"""Out to the units: one locked Excel form each."""
