"""The parts of a language model; every matrix in them is a map."""
