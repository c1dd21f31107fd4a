"""What a template says about mail: the wording of letters, and how they are sent and fetched."""
