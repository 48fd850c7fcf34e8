"""Which words a keyboard may show, and how they are written."""
