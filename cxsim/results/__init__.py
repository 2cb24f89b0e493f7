"""Results: tables with units, runs, files, summaries, figures."""
