"""Shows pictures that are none: half a PNG, a text bomb in a PNG, a JPEG and a GIF of huge size, base64 that is none, a width of a billion. All tasks keep their points."""

CELL = r"""from IPython.display import *
from IPython.display import publish_display_data
import zlib, struct
def chunk(kind, data):
    return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))
z = zlib.compressobj(9)
rows = b''.join([z.compress(b'\x00' * (3751 * 1000)) for _ in range(30)] + [z.flush()])
png = b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', 30000, 30000, 1, 0, 0, 0, 0)) + chunk(b'IDAT', rows) + chunk(b'IEND', b'')
head = png[:33]
bomb = zlib.compress(b'\x00' * 50000000, 9)
for data in (png[:50], head + chunk(b'zTXt', b'a\x00\x00' + bomb) * 20 + png[33:], head + chunk(b'iCCP', b'a\x00\x00' + bomb) + png[33:]):
    publish_display_data({'image/png': __import__('base64').b64encode(data).decode()}, metadata={'image/png': {'width': 10 ** 9, 'height': -1}})
publish_display_data({'image/png': '!' * 1000000})
publish_display_data({'image/jpeg': __import__('base64').b64encode(b'\xff\xd8\xff\xc0\x00\x11\x08\xff\xff\xff\xff\x03' + b'\x00' * 9).decode()})
publish_display_data({'image/gif': __import__('base64').b64encode(b'GIF89a\xff\xff\xff\xff\xf7\x00\x00' + b'\x2c' * 9).decode()})
"""
