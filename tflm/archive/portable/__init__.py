"""The net of a .tflite file in arithmetic that is the same everywhere.

Whatever adds up is whole numbers that float64 holds without rounding, so that
neither the order of a sum nor who computes it, of however many threads and by
whatever instructions, can change it. The rest is single operations of float64,
number by number, which IEEE 754 defines to the last bit, and tables made of
exact decimal numbers. No function of a mathematical library is called.

Below `read.py`, which reads the file, only NumPy and Python itself are needed.
"""
