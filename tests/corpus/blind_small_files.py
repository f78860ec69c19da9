"""Makes 100000 small files and folders 3000 deep, with names that are no text and rights for nobody. All tasks keep their points."""

CELL = r"""import os
try:
    os.mkdir('/tmp/many')
    for i in range(100000):
        os.close(os.open(b'/tmp/many/\xff\n%d' % i, os.O_CREAT | os.O_WRONLY, 0))
    here = os.getcwd()
    os.chdir('/tmp')
    for i in range(3000):
        os.mkdir('d'); os.chdir('d')
    os.chmod('.', 0)
    os.chdir(here)
    os.chmod('/tmp/many', 0)
except OSError as error:
    print(error)
"""
