"""Reports: a page of an answer that can be handed on, read without a network, printed, and checked."""
