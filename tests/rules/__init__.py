"""What each pandas operation does to lineage, written down for readers and checked twice.

To add an operation: a file ``specs/<library>/<operation>.lineage``. ``docs/spec-files.md`` explains the format.
Each case is run undisturbed under tracking and must give exactly the stated edges; and it is run untracked with one
input column changed at a time, which must move exactly what has an edge. So a spec can't say what isn't so.
"""
