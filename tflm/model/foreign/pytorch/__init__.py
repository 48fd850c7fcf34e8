"""Models of PyTorch, in and out."""
