"""Through which channels two regimes differ: prices, quality, hidden charges, switching, publicity and the rest."""
