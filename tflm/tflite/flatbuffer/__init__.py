"""The bytes of a .tflite file: reading, checking and editing them."""
