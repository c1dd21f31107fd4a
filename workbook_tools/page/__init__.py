"""The page: the whole campaign in a browser on this computer, for offices that have no command line.

Views parse, call a use case and render, as the command line does; what they need to know between two requests
is the :class:`~workbook_tools.page.desk.Desk`. Nothing outside imports this room but the shell.
"""

NO_BROWSER = "--no-browser"
"""First argument of a program started by a page, which shows the new page itself."""
