"""Adding up once, decisions applied, who has reported, and the comparison with last period."""
