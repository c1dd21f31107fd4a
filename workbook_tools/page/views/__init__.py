"""One module per step of the work; each view parses, calls a use case and renders."""

from __future__ import annotations

from workbook_tools.page.views import (
    chase,
    files,
    form,
    forms_out,
    job,
    mail,
    make,
    results,
    returns,
    settle,
    start,
)

BLUEPRINTS = tuple(
    module.views
    for module in (start, make, form, forms_out, returns, settle, results, chase, mail, job, files)
)
