"""What splits text into pieces as a library does, without the library.

A browser and a phone have no SentencePiece and no tokenizers. A table says in
plain JSON what such a library's file makes of text, for the few lines of
JavaScript and Java that obey it. `docs/tokenizer.md` is its specification.

table.py              of any rules, with the text of each piece
sentencepiece.py      from a SentencePiece model
huggingface.py        from a tokenizer.json
"""
