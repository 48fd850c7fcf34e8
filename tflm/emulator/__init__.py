"""The TensorFlow Lite of an Android app, on Linux."""
