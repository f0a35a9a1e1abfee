"""Writes the example of that name in a page to a file: extract_example.py PAGE NAME FILE"""
import re
import sys
from pathlib import Path

page, name, file = sys.argv[1:]
block = re.search(rf"```cpp example={name}\n(.*?)```", Path(page).read_text(), flags=re.S).group(1)
Path(file).write_text(block)
