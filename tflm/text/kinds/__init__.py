"""Ways to split text, each a file of its own."""
