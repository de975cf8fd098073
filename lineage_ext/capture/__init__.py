"""Capture observes: hooks inside the libraries' own functions write down one raw record per outermost operation.

``template`` makes the instrumented form of a function, ``function_source`` proves that it is the same function,
``filling`` gives it its constants, ``interception`` puts it in and takes it out, ``code_cache`` keeps it between
kernels. ``recorder`` is what the hooks do, ``direct`` what they do for ordinary calls, ``generators`` what those of
generator functions do; ``user_code`` tells what may run code of the user's. ``interpreter`` takes their log,
``explaining`` turns it into Calls, has the rules explain them and makes ``runs`` of them.

What untracked values came from is read off the text by ``resolver``; ``module_texts`` has that of the user's modules,
which he edits. ``passing`` lists by what ways objects go on,
``steps`` which of those lead into containers, ``bound_methods`` which methods are handed on, ``entering`` which
functions a call enters, ``sights`` under which names an object is known where, ``homes`` from where to look;
``indexes`` tells whose index was used, ``label_table`` which labels a number stands for;
``changes`` applies what was done to an object, ``putting`` by ``changing_methods``, the table of methods that fill
containers, ``chosen_functions`` tells which functions a key may have chosen; ``operators`` is the table of the methods
that operators call, ``overloading`` what those give; ``elsewhere`` tells what threads run, ``coroutines`` what loops of
events do; ``file_paths`` and ``contents`` do the same for files that the program writes and reads.

To intercept another library: a file ``<library>_functions.py`` with ``targets() -> list[Target]``, handlers for its
types in ``snapshot.HANDLERS``, and rules for its operations in ``lineage_ext/rules``. Import the library only there,
and only when ``sys.modules`` has it.
"""
