# SPDX-License-Identifier: GPL-2.0
"""Sphinx builds the pages of Documentation with this file: make html."""

import pathlib
import re
import shutil

from docutils import nodes

META = (pathlib.Path(__file__).parents[2] / "META").read_text(encoding="utf-8")

project = "pvguest"
author = "pvguest maintainers"
project_copyright = author
release = version = re.search(r"^Version:\s*(\S+)", META, re.MULTILINE).group(1)

# compatibility.rst includes it.
exclude_patterns = ["compatibility-kernels.rst"]
html_theme = "alabaster"


def link_pages(app, doctree, _docname):
    """Links name the source files, which web pages of repositories render."""
    if app.builder.format != "html":
        return
    for node in doctree.traverse(nodes.reference):
        uri = node.get("refuri", "")
        if "://" not in uri:
            node["refuri"] = re.sub(r"\.rst(?=#|$)", app.builder.out_suffix, uri)


def copy_files(app, exception):
    """The index has links to these files."""
    if exception or app.builder.format != "html":
        return
    for name in ("man", "ABI"):
        shutil.copytree(pathlib.Path(app.srcdir) / name, pathlib.Path(app.outdir) / name,
                        dirs_exist_ok=True)


def setup(app):
    """Sphinx calls this function."""
    app.connect("doctree-resolved", link_pages)
    app.connect("build-finished", copy_files)
