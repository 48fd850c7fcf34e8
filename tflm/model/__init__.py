"""A language model: its shape, the model itself, and what is made of it."""
