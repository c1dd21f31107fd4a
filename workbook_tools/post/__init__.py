"""The way to mail servers: sending, drafts in a mailbox, fetching, and the vault that keeps passwords."""
