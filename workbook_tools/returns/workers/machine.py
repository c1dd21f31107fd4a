"""A machine of a cluster: it reads files in processes of its own, with the same limits as a single computer.

The processes of dask have no limits, and a file that ends one would cost what else it holds. So each task
starts a process that reads its files as ``collect`` does without a cluster.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from typing import TYPE_CHECKING

from zlib_ng import zlib_ng

from workbook_tools.errors import CannotRead
from workbook_tools.returns.result import ReadingContext, encode_readings
from workbook_tools.returns.workers.pool import read_files

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workbook_tools.inbox.folder import FoundFile

_CANNOT = 70
"""Exit code if CannotRead was raised; the output is then its arguments. Windows ends what aborts with 3."""
_NAME = "workbook_tools.returns.workers.machine"


def pack_context(context: ReadingContext) -> bytes:
    """The context as it is sent to every machine."""
    return zlib_ng.compress(pickle.dumps(context), 1)


def read_on_machine(found: Sequence[FoundFile], packed: bytes) -> bytes:
    """Read some files in a process that is started for them; the readings encoded.

    CannotRead if the processes that read do not start; CalledProcessError if the process itself is ended.
    """
    done = subprocess.run(
        [sys.executable, "-m", _NAME],
        input=pickle.dumps((found, packed)),
        stdout=subprocess.PIPE,
        check=False,
    )
    if done.returncode == _CANNOT:
        raise CannotRead(*pickle.loads(done.stdout))
    done.check_returncode()
    return done.stdout


def _read(found: Sequence[FoundFile], packed: bytes) -> bytes:
    context = pickle.loads(zlib_ng.decompress(packed))
    assert isinstance(context, ReadingContext)
    return encode_readings([*read_files(found, context, workers=1)])


def _main() -> None:
    # Whatever a library prints must not get between the readings.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    code = 0
    try:
        data = _read(*pickle.load(sys.stdin.buffer))
    except CannotRead as error:
        data, code = pickle.dumps((str(error.path), error.reason, error.remedy)), _CANNOT
    with answers:
        answers.write(data)
    sys.exit(code)


if __name__ == "__main__":
    _main()
