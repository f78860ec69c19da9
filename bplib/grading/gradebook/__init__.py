"""What is known of each student's work: the gradebook's points, and nbgrader's folders beside it."""
