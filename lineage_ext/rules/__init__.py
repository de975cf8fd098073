"""Rules explain: given one recorded Call, they say which slots of its inputs fed which slots of its outputs.

To teach a new operation: find the word of the algebra that says what it does (``rows.py``, ``elementwise.py``,
``aggregate.py``, ``access.py``, ``assign.py``, ``join.py``, ``reshape.py``, ``pivot.py``, ``index.py``,
``index_values.py``, ``group.py``, ``window.py``, ``masking.py``, ``files.py``) and enter ``"scope.name": Word(...)``
in the library's table (``pandas/``); what needs no rule is declared there, with its reason. A word's fields that name
parameters are checked against the real signatures. Add a ``.lineage`` spec under ``tests/rules/specs``.

To teach a new library: a table file of its own, registered with ``explain.register``.
Third parties register through the entry point ``lineage_ext.rules``.
"""
