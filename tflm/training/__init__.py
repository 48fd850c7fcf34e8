"""Training: a model and a text in, a trained model out."""
