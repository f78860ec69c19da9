"""What a submission does where there is no sandbox, on a machine that stands for the instructor's and can be thrown away.

- `machine` builds that machine with bubblewrap, runs a command on it and says what happened: `Seen`.
- `watch` is its first process. It survives every signal, serves on a port, and looks at what is left at the end.
- `child` grades a class in processes of its own, without a sandbox and without nbgrader.
- `harms` names the kinds of damage, and finds them in what was seen.
"""
