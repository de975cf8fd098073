/* Appending to records, and to the log. */

/* Room for the log to double in: lists grow by an eighth, so that each atom would be moved eight times. */
static COLD int make_room(PyListObject *list, Py_ssize_t wanted)
{
    Py_ssize_t room = 2 * wanted < 1024 ? 1024 : 2 * wanted;
    PyObject **items = PyMem_Realloc(list->ob_item, room * sizeof(PyObject *));
    if (items == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    list->ob_item = items;
    list->allocated = room;
    return 0;
}

static COLD int append(PyObject *record, PyObject *const *atoms, int n)
{
    for (int i = 0; i < n; i++)
        if (PyList_Append(record, atoms[i]) < 0)
            return -1;
    return 0;
}

static inline int add_all(PyObject *record, PyObject *const *atoms, int n) /* borrows */
{
    Py_ssize_t size = PyList_GET_SIZE(record);
    if (size + n > ((PyListObject *)record)->allocated) /* seldom: ``new_record`` made room */
        return append(record, atoms, n);
    PyObject **places = ((PyListObject *)record)->ob_item + size;
    for (int i = 0; i < n; i++)
        places[i] = Py_NewRef(atoms[i]);
    Py_SET_SIZE(record, size + n);
    return 0;
}

static int add(PyObject *record, PyObject *atom) /* steals atom */
{
    int failed = atom == NULL ? -1 : add_all(record, &atom, 1);
    Py_XDECREF(atom);
    return failed;
}

/* LOG.extend(atoms), which are borrowed. */
static int log_all(PyObject *const *atoms, int n)
{
    Py_ssize_t end = PyList_GET_SIZE(G.LOG);
    if (end + n > ((PyListObject *)G.LOG)->allocated && make_room((PyListObject *)G.LOG, end + n) < 0)
        return -1;
    return add_all(G.LOG, atoms, n);
}

static int tell_of(PyObject *repeat)
{
    long long times = int_of(AT(repeat, count)) - int_of(AT(repeat, told));
    if (times == 0)
        return 0;
    PyObject *length = PyLong_FromLong(5), *number = PyLong_FromLongLong(times), *since = now();
    PyObject *atoms[] = {length, G.REPEATED, repeat, number, AT(repeat, since)};
    int failed = length == NULL || number == NULL || since == NULL ? -1 : log_all(atoms, 5);
    if (failed == 0) {
        put(&AT(repeat, told), Py_NewRef(AT(repeat, count)));
        put(&AT(repeat, since), Py_NewRef(since));
    }
    Py_XDECREF(length);
    Py_XDECREF(number);
    Py_XDECREF(since);
    return failed;
}

/* What ``repeats.tell`` logs of counted calls: of each place the latest last. 1; 0 if it is left to that, -1 with an
   exception. A loop's body mostly has both, calls that are counted and calls that vary. */
static APART int tell(void)
{
    PyObject *live = AT(G.WORLD, live);
    if (AT(G.WORLD, telling) == Py_True || PyDict_GET_SIZE(G.COUNTS) || !PyList_CheckExact(live))
        return 0;
    for (int latest = 0; latest < 2; latest++)
        for (Py_ssize_t i = 0; i < PyList_GET_SIZE(live); i++) {
            PyObject *repeat = PyList_GET_ITEM(live, i);
            if ((AT(AT(repeat, spot), latest) == repeat) == latest && tell_of(repeat) < 0)
                return -1;
        }
    put(&AT(G.WORLD, pending), Py_NewRef(Py_False));
    return 1;
}
