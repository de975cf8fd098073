/* What is kept of a call's arguments, as ``snapshot`` does, and whether they have a key of ``patterns``. */

/* -- identity ------------------------------------------------------------------------------------------------------- */
static inline int is_table(PyObject *object)
{
    return IS(object, DataFrame) || IS(object, Series);
}

/* Whether a number is of this session. */
static int is_known(PyObject *number)
{
    static PyObject *first; /* whose value is known */
    static long long least;
    if (first != AT(G.GIVING, first)) {
        put(&first, Py_NewRef(AT(G.GIVING, first)));
        least = int_of(first);
    }
    return int_of(number) >= least && !PyErr_Occurred();
}

/* The number of a frame or series, new; NULL without an exception if it has none in this session. */
static PyObject *mark(PyObject *object)
{
    PyObject *number = only_own(LINEAGE, object); /* the class has None */
    if (number != NULL && number != Py_None && is_known(number))
        return number;
    Py_XDECREF(number);
    return NULL;
}

static APART PyObject *next_number(void)
{
    PyObject *next = PyIter_Next(AT(G.GIVING, numbers));
    if (next == NULL && !PyErr_Occurred())
        PyErr_SetString(PyExc_StopIteration, "no numbers are left");
    return next;
}

/* -- arguments: what ``snapshot`` does ------------------------------------------------------------------------------ */
static PyObject *snapshot(PyObject *value);

/* A part of a container at its place; 0 if that failed. Holds it meanwhile: another thread may take it out. */
static int keep_part(PyObject *made, Py_ssize_t at, PyObject *value)
{
    Py_INCREF(value);
    PyObject *part = snapshot(value);
    Py_DECREF(value);
    PyTuple_SET_ITEM(made, at, part);
    return part != NULL;
}

/* Where in an argument we are, as ``nested.Nest``: how many containers are around, how many items were in those. */
static THREAD_LOCAL int deep;
static THREAD_LOCAL Py_ssize_t items_within;

static int takes(Py_ssize_t items)
{
    if (deep == 0)
        items_within = 0;
    else if (deep >= MOST_DEEP || items > MOST_NESTED - items_within)
        return 0;
    else
        items_within += items;
    return 1;
}

/* (tag, part, …) of a list, tuple, dict or slice; those that lose parts meanwhile are told with what they have left. */
static APART PyObject *container(int tag, PyObject *value)
{
    Py_ssize_t n = tag == DICT ? 2 * PyDict_GET_SIZE(value) : tag == SLICE ? 3 : Py_SIZE(value), at = 0, next = 0;
    if (!takes(n))
        return tag == SLICE ? Py_BuildValue("(isO)", OPAQUE, "slice", Py_None)
                            : Py_BuildValue("(isn)", OPAQUE, Py_TYPE(value)->tp_name, tag == DICT ? n / 2 : n);
    PyObject *key, *item, *made = PyTuple_New(n + 1);
    int kept = made != NULL;
    if (kept)
        PyTuple_SET_ITEM(made, 0, PyLong_FromLong(tag));
    deep++;
    if (tag == DICT)
        while (kept && at < n && PyDict_Next(value, &next, &key, &item)) {
            Py_INCREF(item);
            kept = keep_part(made, at + 1, key) && keep_part(made, at + 2, item);
            Py_DECREF(item);
            at += 2;
        }
    else if (kept && tag == SLICE) {
        PySliceObject *slice = (PySliceObject *)value;
        kept = keep_part(made, 1, slice->start) && keep_part(made, 2, slice->stop) && keep_part(made, 3, slice->step);
        at = n;
    } else
        for (; kept && at < n && at < Py_SIZE(value); at++)
            kept = keep_part(made, at + 1, tag == LIST ? PyList_GET_ITEM(value, at) : PyTuple_GET_ITEM(value, at));
    deep--;
    if (!kept)
        Py_CLEAR(made);
    else if (at < n)
        _PyTuple_Resize(&made, at + 1);
    return made;
}

/* How many parts there are in one that is described in Python. */
static COLD Py_ssize_t parts_in(PyObject *part)
{
    Py_ssize_t n = PyTuple_CheckExact(part) ? PyTuple_GET_SIZE(part) : 0, all = n;
    for (Py_ssize_t i = 0; i < n; i++)
        all += parts_in(PyTuple_GET_ITEM(part, i));
    return all;
}

/* A list, tuple or dict of a class derived from them, within another: described in Python, counted with the others. */
static COLD PyObject *derived_within(PyObject *value)
{
    if (!takes(1))
        return Py_BuildValue("(isn)", OPAQUE, PyDict_Check(value) ? "dict" : PyList_Check(value) ? "list" : "tuple",
                             PyDict_Check(value) ? PyDict_GET_SIZE(value) : Py_SIZE(value));
    PyObject *part = PyObject_CallOneArg(G.snapshot, value);
    items_within += part == NULL ? 0 : parts_in(part);
    return part;
}

/* What ``user_code.any_function`` says of atoms; -1 with an exception. */
static APART int may_run(PyObject *const *atoms, Py_ssize_t n)
{
    int runs = 0;
    for (Py_ssize_t i = 0; i < n && runs == 0; i++) {
        PyObject *part = atoms[i];
        if (!PyTuple_CheckExact(part))
            continue;
        Py_ssize_t size = PyTuple_GET_SIZE(part);
        PyObject *first = size ? PyTuple_GET_ITEM(part, 0) : Py_None;
        long long tag = PyLong_CheckExact(first) ? int_of(first) : LITERAL;
        if (tag == FUNCTION && size > 2)
            runs = PyTuple_GET_ITEM(part, 2) != Py_None;
        else if (tag == OPAQUE && size > 1 && PyUnicode_CheckExact(PyTuple_GET_ITEM(part, 1)))
            runs = PySet_Contains(G.RUNNING, PyTuple_GET_ITEM(part, 1));
        else
            runs = may_run(((PyTupleObject *)part)->ob_item, size);
    }
    return runs;
}

/* Whether it is a list of many texts, or ends with one: the key of ``.loc[rows, labels]``. */
static inline int is_long(PyObject *value)
{
    if (PyTuple_CheckExact(value) && PyTuple_GET_SIZE(value) == 2)
        value = PyTuple_GET_ITEM(value, 1);
    return PyList_CheckExact(value) && PyList_GET_SIZE(value) > MOST_ITEMS && PyUnicode_CheckExact(PyList_GET_ITEM(value, 0));
}

/* What ``nested.long_labels`` makes of ``part``, which is taken, else ``part``. */
static COLD PyObject *labels_in(PyObject *first, PyObject *value, long flags, PyObject *part)
{
    PyObject *bits = PyLong_FromLong(flags);
    PyObject *found = bits == NULL ? NULL : PyObject_CallFunctionObjArgs(G.long_labels, bits, first, value, part, NULL);
    Py_XDECREF(bits);
    if (found == Py_None) {
        Py_DECREF(found);
        return part;
    }
    Py_DECREF(part);
    return found;
}

/* Whether it is of none of the kinds we know. */
static int is_opaque(PyObject *part)
{
    PyObject *tag = PyTuple_CheckExact(part) && PyTuple_GET_SIZE(part) ? PyTuple_GET_ITEM(part, 0) : Py_None;
    return PyLong_CheckExact(tag) && int_of(tag) == OPAQUE;
}

/* (INDEXER, name, number of the object) */
static COLD PyObject *snapshot_indexer(PyObject *value)
{
    PyObject *object = PyObject_GetAttr(value, s_obj);
    PyObject *name = object == NULL ? NULL : PyObject_GetAttr(value, s_label);
    PyObject *part = name == NULL ? NULL : snapshot(object);
    PyObject *tag = part == NULL ? NULL : PyLong_FromLong(INDEXER);
    PyObject *made = tag == NULL ? NULL : PyTuple_Pack(3, tag, name, part);
    Py_XDECREF(object);
    Py_XDECREF(name);
    Py_XDECREF(part);
    Py_XDECREF(tag);
    return made;
}

/* (LITERAL, value). Small ones are shared: a tuple that lives on is one more step to the next garbage collection. */
static APART PyObject *literal(PyObject *value)
{
    PyObject *known = PyDict_GetItemWithError(G.INTS, value);
    if (known != NULL)
        return Py_NewRef(known);
    return PyErr_Occurred() ? NULL : PyTuple_Pack(2, zero, value);
}

static PyObject *snapshot(PyObject *value)
{
    PyTypeObject *type = Py_TYPE(value);
    if (value == Py_None || type == &PyBool_Type || type == &PyFloat_Type)
        return Py_NewRef(value);
    if (type == &PyUnicode_Type && PyUnicode_GET_LENGTH(value) <= MOST_TEXT)
        return Py_NewRef(value);
    if (type == &PyLong_Type)
        return literal(value);
    if (is_table(value)) {
        PyObject *number = mark(value);
        if (number != NULL || PyErr_Occurred())
            return number;
        return PyObject_CallOneArg(G.snapshot, value);
    }
    if ((type == &PyTuple_Type || type == &PyList_Type) && Py_SIZE(value) <= MOST_ITEMS)
        return container(type == &PyList_Type ? LIST : TUPLE, value);
    if (type == &PyDict_Type && PyDict_GET_SIZE(value) <= MOST_ITEMS)
        return PyDict_GET_SIZE(value) ? container(DICT, value) : Py_NewRef(no_items);
    if (type == &PySlice_Type)
        return container(SLICE, value);
    if (type == &PyType_Type && !(((PyTypeObject *)value)->tp_flags & Py_TPFLAGS_HEAPTYPE))
        return Py_NewRef(value); /* no class of the user's */
    if (value == G.no_default)
        return Py_NewRef(G.no_default_atom);
    if (deep && PyType_FastSubclass(type, Py_TPFLAGS_LIST_SUBCLASS | Py_TPFLAGS_TUPLE_SUBCLASS | Py_TPFLAGS_DICT_SUBCLASS))
        return derived_within(value);
    PyObject *handler = hashes(type) ? NULL : PyDict_GetItemWithError(G.HANDLERS, (PyObject *)type);
    if (handler == NULL)
        return PyErr_Occurred() ? NULL : PyObject_CallOneArg(G.snapshot, value);
    if (handler == Py_None)
        return Py_NewRef(value);
    if (handler == G.indexer)
        return snapshot_indexer(value);
    return PyObject_CallOneArg(handler, value);
}

/* -- repeats: whether a call's arguments have a key of ``patterns`` ------------------------------------------------- */
static int matches_part(PyObject *value, PyObject *part);

static int matches_all(PyObject *const *values, Py_ssize_t n, PyObject *parts)
{
    if (PyTuple_GET_SIZE(parts) != n)
        return 0;
    for (Py_ssize_t i = 0; i < n; i++) {
        int same = matches_part(values[i], PyTuple_GET_ITEM(parts, i));
        if (same <= 0)
            return same;
    }
    return 1;
}

static int matches_items(PyObject *value, PyObject *parts)
{
    if (PyTuple_CheckExact(value))
        return matches_all(((PyTupleObject *)value)->ob_item, PyTuple_GET_SIZE(value), parts);
    if (PyList_CheckExact(value)) {
        PyObject *items = PyList_AsTuple(value); /* comparing runs code that may change the list */
        int same = items == NULL ? -1 : matches_all(((PyTupleObject *)items)->ob_item, PyTuple_GET_SIZE(items), parts);
        Py_XDECREF(items);
        return same;
    }
    if (PyDict_CheckExact(value))
        return PyDict_GET_SIZE(value) == 0;
    if (PySlice_Check(value)) {
        PySliceObject *slice = (PySliceObject *)value;
        PyObject *const bounds[3] = {slice->start, slice->stop, slice->step};
        return matches_all(bounds, 3, parts);
    }
    return 0;
}

static int matches_object(PyObject *value, PyObject *number)
{
    PyObject *its;
    if (is_table(value))
        its = own(LINEAGE, value);
    else
        its = PyObject_CallOneArg(G.number_of, value);
    if (its == NULL)
        return -1;
    int same = same_int(its, number);
    Py_DECREF(its);
    return same;
}

/* Whether ``kind``, as ``patterns.held`` gives it, is the class. */
static inline int is_held_as(PyObject *kind, PyTypeObject *type)
{
    return kind == (PyObject *)type ||
           (PyWeakref_CheckRefExact(kind) && ((PyWeakReference *)kind)->wr_object == (PyObject *)type);
}

static int matches_part(PyObject *value, PyObject *part)
{
    PyObject *word = PyTuple_GET_ITEM(part, 0);
    if (word == G.SCALAR) {
        PyTypeObject *type = Py_TYPE(value);
        if (type == &PyLong_Type || type == &PyUnicode_Type || type == &PyFloat_Type)
            return 1;
        return is_among(G.SCALARS, type);
    }
    if (word == G.SAME)
        return value == PyTuple_GET_ITEM(part, 1);
    if (!is_held_as(PyTuple_GET_ITEM(part, 1), Py_TYPE(value)))
        return 0;
    PyObject *wanted = PyTuple_GET_ITEM(part, 2);
    if (word == G.EQUAL)
        return PyObject_RichCompareBool(value, wanted, Py_EQ);
    if (word == G.OBJECT)
        return matches_object(value, wanted);
    if (word == G.CELL) {
        PyObject *object = PyObject_GetAttr(value, s_obj);
        int same = object == NULL ? -1 : matches_object(object, wanted);
        Py_XDECREF(object);
        return same;
    }
    return matches_items(value, wanted);
}

/* Whether a call is this Repeat. ``change``: what ``World.contexts`` is to be changed by, for it to be the latest. */
static int is_again(PyObject *repeat, PyObject *args, long long change)
{
    if (!IS(repeat, Repeat) || AT(repeat, test) == Py_None)
        return 0;
    PyObject *whole = AT(repeat, whole);
    if (whole != Py_None && (AT(G.WORLD, fresh) == Py_True || int_of(whole) != (int_of(AT(G.WORLD, contexts)) ^ change)))
        return PyErr_Occurred() ? -1 : 0;
    PyObject *key = Py_NewRef(AT(repeat, key));
    int same = matches_all(((PyTupleObject *)args)->ob_item, PyTuple_GET_SIZE(args), key);
    Py_DECREF(key);
    return same;
}

static int exchange(PyObject **hashed, PyObject *one, PyObject *other)
{
    PyObject *made = PyLong_FromLongLong(int_of(*hashed) ^ int_of(one) ^ int_of(other));
    if (made == NULL || PyErr_Occurred()) {
        Py_XDECREF(made);
        return -1;
    }
    put(hashed, made);
    return 0;
}

/* As ``repeats.turn``. */
static int turn(PyObject *spot, PyObject *latest, PyObject *repeat)
{
    if (exchange(&AT(G.WORLD, calls_made), AT(repeat, call), AT(latest, call)) < 0 ||
        exchange(&AT(G.WORLD, contexts), AT(repeat, context), AT(latest, context)) < 0)
        return -1;
    put(&AT(spot, latest), Py_NewRef(repeat));
    return 0;
}

/* Of what a Spot knows besides its latest call the one that a call is, which is the latest then; new. A place that is
   given two series by turns has two. */
static APART PyObject *other_again(PyObject *spot, PyObject *args, PyObject *latest)
{
    PyObject *known = PyDict_Values(AT(spot, repeats)), *found = NULL;
    int same = known == NULL ? -1 : 0;
    for (Py_ssize_t i = 0; same == 0 && i < PyList_GET_SIZE(known); i++) {
        found = PyList_GET_ITEM(known, i);
        if (found != latest)
            same = is_again(found, args, int_of(AT(found, context)) ^ int_of(AT(latest, context)));
    }
    if (same > 0 && AT(spot, latest) == latest)
        same = turn(spot, latest, found) < 0 ? -1 : 1;
    found = same > 0 ? Py_NewRef(found) : NULL;
    Py_XDECREF(known);
    return found;
}

/* The Repeat that a call is, counted, new; NULL if it is none of its Spot's (or with an exception). It is held: another
   thread may begin a cell meanwhile, which forgets it. */
static APART PyObject *repeated(PyObject *spot, PyObject *args)
{
    PyObject *repeat = Py_NewRef(AT(spot, latest));
    int same = is_again(repeat, args, 0);
    if (same == 0 && IS(repeat, Repeat) && PyDict_CheckExact(AT(spot, repeats)) && PyDict_GET_SIZE(AT(spot, repeats)) > 1) {
        PyObject *other = other_again(spot, args, repeat);
        Py_SETREF(repeat, other);
        same = other != NULL;
    }
    if (same <= 0 || add_to(&AT(repeat, count), 1) < 0) {
        Py_XDECREF(repeat);
        return NULL;
    }
    if (AT(G.WORLD, pending) != Py_True)
        put(&AT(G.WORLD, pending), Py_NewRef(Py_True));
    return repeat;
}
