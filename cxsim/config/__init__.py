"""One typed schema of parameters, and everything that turns a user's input into a checked configuration."""
