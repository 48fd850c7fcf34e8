"""Phones, and what stands in for one."""
