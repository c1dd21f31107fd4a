"""``python -m workbook_tools``: the command line."""

import sys

from workbook_tools.cli import main

sys.exit(main())
