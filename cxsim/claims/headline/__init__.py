"""The headline experiment: experience over competition and enforcement, and whether one does without the other."""
