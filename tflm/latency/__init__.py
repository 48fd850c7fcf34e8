"""Latency: what a step takes, and how sure that is."""
