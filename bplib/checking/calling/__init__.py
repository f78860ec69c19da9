"""Calling a student's function: the half of the checks that may run beside it, and knows no answers."""
