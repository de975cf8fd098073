"""Bringing events to a backend that may refuse, hang or be gone, without the user noticing.

The session's worker appends each event to a spool on disk (``spool``); a process of our own, the courier, sends from it
in order and keeps what can't be sent yet for the next session. In the user's process nothing is imported, connected,
logged or waited for: ``openlineage-python`` alone takes 0.9 s of CPU and 28 MB to import, sets environment variables,
logs, and its requests would be seen by whatever the user instruments or mocks.

``sender`` is our side, ``courier`` the process, ``client`` what it sends with, ``status`` what it tells of itself.
To bring events somewhere else: a class with ``send(event)`` and ``named`` beside ``client.Client``.
"""
