"""Access to mail servers: sending, drafts in a mailbox, fetching, and the vault for passwords."""
