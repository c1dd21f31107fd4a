"""What came in: folders, archives, mails and their passwords; knows nothing of forms."""
