"""How the documentation site is made: `make docs` reads this, the pages beside it, and the docstrings of the code."""

from importlib.metadata import version as version_of

project = "satselect"
author = "the satselect maintainers"
release = version = version_of("satselect")

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["build"]
nitpicky = False

myst_heading_anchors = 3
suppress_warnings = ["myst.xref_missing"]  # links to source files, which the repository has and the site has not

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_class_signature = "mixed"
python_use_unqualified_type_names = True
napoleon_numpy_docstring = False
napoleon_use_rtype = False

html_theme = "furo"
html_title = f"satselect {release}"
html_copy_source = False
html_show_sphinx = False
