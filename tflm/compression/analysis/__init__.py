"""What methods measure before they change a model."""
