"""Typed words that are not what was meant: a noisy channel.

People mean a word, and their fingers type it with a slip. What they meant is
the word for which P(word | text before) * P(typed | word) is largest: a
language model says the first factor, `channel` the second (Kernighan, Church
and Gale, A spelling correction program based on a noisy channel model, COLING
1990). All is counted in whole numbers, so that the Java core finds the same.
"""
