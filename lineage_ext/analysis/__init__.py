"""Questions about what was recorded: profiles, row funnels, drift, causes. They read graph and store, nothing else.

To add one: a module here with one function that takes a ``LineageGraph`` (and a dataset number, a ``Schema.slots``
column, a store, as the question needs) and returns a frozen value with a text ``__str__`` and, if it draws, a
``_repr_html_``. Raise the errors of ``errors.py``. Then offer it as a word of ``%lineage`` in ``magic.py`` and write
its tests in ``tests/analysis/test_<question>.py``. It must not import capture, hosts or pandas at its top.
"""
