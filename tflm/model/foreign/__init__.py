"""Models of other libraries: what a file or object of theirs is here."""
