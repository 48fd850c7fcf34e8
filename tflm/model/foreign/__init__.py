"""Models of other tools, as plain records, in and out."""
