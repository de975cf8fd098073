"""Programs as people write them, held against interventions: no influence may be missed.

To add a program: a function in ``programs_<family>.py`` that takes some of the frames of ``data.py`` by name and
returns a frame or series. Edges that no intervention moves are listed above it with ``@unobserved(edge, reason)``.
"""
