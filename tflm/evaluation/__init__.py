"""Evaluation: what a language model is worth, and a baseline to beat."""
