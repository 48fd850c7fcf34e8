"""Bundles on the Hugging Face hub: pushed there, and pulled from there."""
