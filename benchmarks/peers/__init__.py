"""The same net in other runtimes, each in the best form that was found."""
