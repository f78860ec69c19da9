"""Shows data of kinds with odd names and values of the wrong sort: lists, numbers, None, lone halves, a name of a million letters. All tasks keep their points."""

CELL = r"""from IPython.display import *
from IPython.display import publish_display_data
for data in ({'text/html': None}, {'text/html': ['<b>', 1, None]}, {'text/plain': {'a': 1}}, {'text/html': '\ud800\x00\x1b'}, {'\ud800': 'a'}, {'': ''},
             {'a' * 1000000: 'a'}, {'text/html\x00\n<script>': 'a'}, {'application/vnd.jupyter.widget-view+json': {'model_id': '../../x', 'version_major': 2}},
             {'application/javascript': 'alert(1)'}, {'text/markdown': 7}, {'text/latex': True}, {'image/png': ['a'] * 9}, {'image/svg+xml': None}, {'application/json': '}'}, {}):
    for metadata in ({}, {'text/html': None}, {'isolated': True, 'nbgrader': {'grade': True, 'points': 99}}):
        try:
            publish_display_data(data, metadata=metadata)
        except BaseException as error:
            print(type(error))
"""
