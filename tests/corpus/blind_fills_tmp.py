"""Fills /tmp and /dev/shm, three thousand million bytes at most, and leaves it so. It may lose by it what it needs itself."""

CELL = r"""import os
data = b'\x01' * (1 << 20)
left = 3000
for folder in ('/tmp', '/dev/shm', '.'):
    for i in range(100):
        try:
            with open(f'{folder}/f{i}', 'wb', buffering=0) as f:
                for _ in range(60):
                    if left <= 0: break
                    f.write(data); left -= 1
        except (OSError, MemoryError):
            break
print('left', left)
"""
AT_MOST = True
