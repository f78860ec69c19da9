"""Looking at a gradient: which entries, how far off, and what may excuse it."""
