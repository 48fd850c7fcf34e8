"""Texts larger than one process reads: passes over their shards, by Ray."""
