"""What a run does, told to a tracker of experiments."""
