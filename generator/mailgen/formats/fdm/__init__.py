"""The format of the configuration of fdm."""
