"""What the officer drew or wrote that a form cannot have."""
