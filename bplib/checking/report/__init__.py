"""What was found, for people: text, cards, heat maps."""
