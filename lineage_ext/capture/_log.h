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
