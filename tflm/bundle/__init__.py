"""The bundle: the contract with Android and the browser."""
