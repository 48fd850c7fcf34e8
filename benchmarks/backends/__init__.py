"""The same model in other runtimes, each in the best form that was found."""
