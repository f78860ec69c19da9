"""Takes the limit of recursion away and recurses until its stack is full. The crash costs the cell."""

CELL = """
import sys, threading
sys.setrecursionlimit(10**8)
def down(n): return np.vectorize(down)(n)
down(0)
"""
AT_MOST = True
