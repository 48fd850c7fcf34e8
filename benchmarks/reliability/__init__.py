"""What was tried to break the toolkit, how often, and how often it broke."""
