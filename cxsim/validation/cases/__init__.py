"""One file a case: the paper, the parameters, the derivation, the engine's configuration and the figure."""
