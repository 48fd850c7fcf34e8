"""Runs pytest on the paths given to it. Bazel's py_test starts here."""

import os
import sys

import pytest

if __name__ == "__main__":
    # Bazel's copy of the tree is read-only, and it wants its own report.
    options = ["-p", "no:cacheprovider"]
    if report := os.environ.get("XML_OUTPUT_FILE"):
        options.append(f"--junitxml={report}")
    sys.exit(pytest.main([*options, *sys.argv[1:]]))
