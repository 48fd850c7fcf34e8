"""The command `tflm` in the process of a test, which has TensorFlow by now."""

import pytest
from absl import flags

from tflm import cli


def run_here(*arguments) -> int:
    """Runs the command; returns its exit code."""
    with pytest.MonkeyPatch.context() as patch:
        # Those of our programs that other tests have imported are not its own.
        patch.setattr(flags, "FLAGS", flags.FlagValues())
        try:
            return cli._main(cli._parse(["tflm", *map(str, arguments)]))
        except SystemExit as end:
            return end.code
