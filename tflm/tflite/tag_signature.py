"""Names of a tagger's file, for those that need no TensorFlow."""

BACKWARD = "step_backward"  # The step that reads a sentence from its end.
