"""Is a student's function right? What is asked of it is data; drawing, calling and comparing know nothing of each other."""
