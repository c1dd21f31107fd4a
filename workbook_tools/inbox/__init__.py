"""What came in: folders, archives, mails and their passwords; knows no form."""
