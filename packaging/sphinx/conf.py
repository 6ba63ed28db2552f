# SPDX-License-Identifier: GPL-2.0
"""Sphinx builds the pages of Documentation with this file: make html."""

import pathlib
import re

META = (pathlib.Path(__file__).parents[2] / "META").read_text(encoding="utf-8")

project = "pvguest"
author = "pvguest maintainers"
project_copyright = author
release = version = re.search(r"^Version:\s*(\S+)", META, re.MULTILINE).group(1)

# compatibility.rst includes it.
exclude_patterns = ["compatibility-kernels.rst"]
html_theme = "alabaster"
