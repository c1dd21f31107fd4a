"""The locked Excel forms, one per unit."""
