"""What people read: a student's feedback, the class at a glance, and its points for a learning platform."""
