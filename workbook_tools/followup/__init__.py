"""What follows a form sent out or returned: letters, corrections, reminders, and the mail journal."""
