"""Experiments: the stages of a whole run, from a corpus to scored files."""
