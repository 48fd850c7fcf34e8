"""Vocabulary files of others, told apart by what is in them."""
