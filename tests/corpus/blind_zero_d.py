"""Right: the single numbers are arrays of no dimension, and a whole number of numpy's. Both keep their point."""

ANSWERS = {
    "glorot_limit": r"""def glorot_limit(n_in, n_out):
    return np.array(np.sqrt(6 / (n_in + n_out)))
""",
    "count_parameters": r"""def count_parameters(sizes):
    s = np.array(sizes)
    return ((s[:-1] + 1) * s[1:]).sum()
""",
}
DESERVES = {'glorot_limit': 1, 'count_parameters': 1}
