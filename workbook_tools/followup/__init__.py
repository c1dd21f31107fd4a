"""What happens after a form went out or came back: letters, corrections, reminders, and the journal of all
that.
"""
