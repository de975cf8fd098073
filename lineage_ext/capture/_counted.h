/* What was only counted, logged before what comes after it: what ``repeats.tell`` does. A loop's body mostly has both,
   calls that are counted and calls that vary. Nobody can come between what is told and what is noted as told. */

/* LOG.extend((length, tag, *parts, times, since)), which are borrowed, but for ``times``. */
static int log_counted(PyObject *tag, PyObject *const *parts, int n, PyObject *times, PyObject *since)
{
    PyObject *length = PyLong_FromLong(n + 4), *atoms[7] = {length, tag};
    for (int i = 0; i < n; i++)
        atoms[2 + i] = parts[i];
    atoms[2 + n] = times;
    atoms[3 + n] = since;
    int failed = length == NULL || times == NULL ? -1 : log_all(atoms, n + 4);
    Py_XDECREF(length);
    Py_XDECREF(times);
    return failed;
}

static int tell_of(PyObject *repeat)
{
    long long times = int_of(AT(repeat, count)) - int_of(AT(repeat, told));
    PyObject *since = times ? now() : NULL;
    if (since == NULL)
        return times ? -1 : 0;
    int failed = log_counted(G.REPEATED, &repeat, 1, PyLong_FromLongLong(times), AT(repeat, since));
    if (failed == 0) {
        put(&AT(repeat, told), Py_NewRef(AT(repeat, count)));
        put(&AT(repeat, since), Py_NewRef(since));
    }
    Py_DECREF(since);
    return failed;
}

/* Calls that vary, by run, operation and kind of object. */
static COLD int tell_varying(void)
{
    PyObject *what, *times, *at = now();
    int failed = at == NULL ? -1 : 0;
    for (Py_ssize_t i = 0; failed == 0 && PyDict_Next(G.COUNTS, &i, &what, &times);)
        failed = log_counted(G.COUNTED, ((PyTupleObject *)what)->ob_item, 3, Py_NewRef(times), at);
    if (failed == 0)
        PyDict_Clear(G.COUNTS);
    Py_XDECREF(at);
    return failed;
}

/* 1, or -1 with an exception. Of each place the latest call comes last. */
static APART int tell(void)
{
    PyObject *live = AT(G.WORLD, live);
    if (PyDict_GET_SIZE(G.COUNTS) && tell_varying() < 0)
        return -1;
    for (int latest = 0; latest < 2; latest++)
        for (Py_ssize_t i = 0; i < PyList_GET_SIZE(live); i++) {
            PyObject *repeat = PyList_GET_ITEM(live, i);
            if ((AT(AT(repeat, spot), latest) == repeat) == latest && tell_of(repeat) < 0)
                return -1;
        }
    put(&AT(G.WORLD, pending), Py_NewRef(Py_False));
    return 1;
}

static PyObject *told(PyObject *self, PyObject *none)
{
    return tell() < 0 ? NULL : Py_NewRef(Py_None);
}
