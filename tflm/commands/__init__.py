"""The commands of `tflm`, a file each.

A command's `add` describes its arguments and its `run` carries it out; `run`
imports what it needs, as TensorFlow alone takes three seconds.
"""
