"""Programs that measure; each says at its top how to run it."""

import os

# Before any of them imports TensorFlow, whose start would fill the terminal.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
