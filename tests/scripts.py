"""The project's scripts that are not part of a package, as modules."""

from __future__ import annotations

import importlib.util
import sys
from typing import TYPE_CHECKING

from campaigns import ROOT

if TYPE_CHECKING:
    from types import ModuleType


def load_script(path: str) -> ModuleType:
    """The script with that path from the project's root."""
    name = path.removesuffix(".py").replace("/", "_")
    spec = importlib.util.spec_from_file_location(name, ROOT / path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    # Dataclasses look their module up there.
    sys.modules[name] = module
    # Python itself finds what lies beside a script.
    if (beside := str((ROOT / path).parent)) not in sys.path:
        sys.path.append(beside)
    spec.loader.exec_module(module)
    return module
