"""Compresses Keras LSTM language models into small, fast .tflite files.

Importing this package imports no TensorFlow: only the submodules that need it
do.
"""

__version__ = "0.1.0"
