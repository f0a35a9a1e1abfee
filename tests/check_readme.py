"""The plug-in in README.md is the sample, to the letter: what people copy is what is built and tested."""

import pathlib
import sys
import textwrap

root = pathlib.Path(__file__).resolve().parent.parent
readme = (root / "README.md").read_text()
sample = (root / "samples/authz-minimal/plugin.cpp").read_text()
shown = sample[sample.index("WSMAN_PLUGIN_EXPORT"):]
if textwrap.indent(shown, "    ", lambda line: True).rstrip() not in readme.replace("\n\n", "\n    \n"):
    sys.exit("README.md does not show samples/authz-minimal/plugin.cpp as it is")
print("1 passed, 0 failed")
