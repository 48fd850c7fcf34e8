"""Text in: corpora, words and their ids."""
