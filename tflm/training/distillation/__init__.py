"""Distillation: a model learns from what a better one says of the text."""
