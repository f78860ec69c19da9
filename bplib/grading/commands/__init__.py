"""What ``bplib …`` says and asks; what it does is in the rooms below."""
