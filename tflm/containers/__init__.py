"""The step of a model in the containers of other runtimes."""
