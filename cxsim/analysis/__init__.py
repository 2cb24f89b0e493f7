"""Answers: what an analysis found, kept so that a page can be made of it without running anything again."""
