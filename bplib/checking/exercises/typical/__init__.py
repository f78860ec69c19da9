"""What is known of the answers to each exercise: typical mistakes, and right ways to write them, by task."""
