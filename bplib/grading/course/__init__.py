"""The course's folders and notebooks: where they lie, how nbgrader sees them, what students get of them."""
