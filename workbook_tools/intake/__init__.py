"""Back from the units: files found, guarded, read, identified, their answers interpreted."""
