"""Text in which each word has a label: files in, sentences out."""
