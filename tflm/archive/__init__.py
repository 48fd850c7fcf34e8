"""Text without loss in few bytes, by the very file that a phone runs."""
