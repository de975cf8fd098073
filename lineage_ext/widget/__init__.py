"""The live panel in the notebook: a processor that keeps what the front end shows, and the anywidget that sends it.

To add a view: a message in ``protocol.py`` (a frozen value with ``to_json``), its twin in ``js/src/protocol.ts``, and
a file in ``js/src/views/``. State that the kernel owns is sent as patches in batches, at most one per animation
frame; what only the viewer owns (zoom, selection) never crosses. Import anywidget inside functions: it costs 110 ms.
"""
