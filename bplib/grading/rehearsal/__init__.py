"""The sample class, and the demonstration that grades it from end to end."""
