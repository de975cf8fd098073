/* Labels and names: what is kept of them, and their numbers, as ``identity`` and ``labels`` do. */

/* Whether each of a list of labels is of a type in ``labels.PLAIN``. */
static int are_plain(PyObject *labels)
{
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(labels); i++) {
        PyObject *label = PyList_GET_ITEM(labels, i);
        if (!PyUnicode_CheckExact(label) && !PyLong_CheckExact(label) && label != Py_None &&
            !PyFloat_CheckExact(label) && !PyBool_Check(label))
            return 0;
    }
    return 1;
}

static PyObject *all_plain(PyObject *self, PyObject *labels)
{
    if (PyList_CheckExact(labels))
        return PyBool_FromLong(are_plain(labels));
    PyErr_SetString(PyExc_TypeError, "all_plain takes a list");
    return NULL;
}

/* As ``labels.as_label``, which is asked where a name may be an object of the user's; steals name. */
static COLD PyObject *word_for(PyObject *name)
{
    int plain = PyTuple_CheckExact(name);
    for (Py_ssize_t i = 0; plain && i < PyTuple_GET_SIZE(name); i++) {
        PyObject *part = PyTuple_GET_ITEM(name, i);
        plain = part == Py_None || PyUnicode_CheckExact(part) || PyLong_CheckExact(part);
    }
    if (plain || PyLong_CheckExact(name))
        return name;
    PyObject *made = PyObject_CallOneArg(G.as_label, name);
    Py_DECREF(name);
    return made;
}

static inline PyObject *as_label(PyObject *name) /* steals name */
{
    return name == NULL || name == Py_None || PyUnicode_CheckExact(name) ? name : word_for(name);
}

/* Name of an index, or a tuple of them. */
static PyObject *index_names(PyObject *index)
{
    if (!IS(index, MultiIndex))
        return as_label(own(NAME, index));
    PyObject *names = PyObject_GetAttr(index, s_names);
    PyObject *made = names == NULL ? NULL : PySequence_Tuple(names);
    Py_XDECREF(names);
    return as_label(made);
}

/* How many values one of pandas' arrays has. Arrow's is asked itself: a tracer would see pandas' ``__len__``. */
static Py_ssize_t size_of(PyObject *array)
{
    PyObject *arrow = IS(array, ndarray) ? NULL : PyObject_GenericGetAttr(array, s_pa_array);
    if (arrow == NULL) {
        PyErr_Clear();
        return PyObject_Size(array);
    }
    Py_ssize_t size = PyObject_Size(arrow);
    Py_DECREF(arrow);
    return size;
}

/* How many labels an index has, as ``dtypes.length`` says; None if only an extension's array can tell. */
static COLD PyObject *index_size(PyObject *index)
{
    PyObject *place = IS(index, Index) ? s_data : IS(index, RangeIndex) ? s_range : NULL;
    PyObject *data = place == NULL ? Py_NewRef(index) : PyObject_GetAttr(index, place);
    if (data == NULL)
        return NULL;
    int known = place == s_data ? is_among(G.KNOWN, Py_TYPE(data)) : 1;
    Py_ssize_t size = known <= 0 ? -1 : place == s_data ? size_of(data) : PyObject_Size(data);
    Py_DECREF(data);
    if (known == 0)
        return Py_NewRef(Py_None);
    return size < 0 ? NULL : PyLong_FromSsize_t(size);
}

/* How many rows an index has, new. The latest are kept by ``Index._id``, a bare object that views of one index share. */
static PyObject *rows_in(PyObject *index, PyObject *id)
{
    static struct { PyObject *id, *rows; } latest[8];
    size_t at = ((size_t)id >> 4) & 7;
    if (latest[at].id == id)
        return Py_NewRef(latest[at].rows);
    PyObject *rows = index_size(index);
    if (rows != NULL && Py_IS_TYPE(id, &PyBaseObject_Type)) {
        put(&latest[at].rows, Py_NewRef(rows));
        put(&latest[at].id, Py_NewRef(id));
    }
    return rows;
}

/* Whether labels may wait for the worker: none is an object of the user's. */
static int stays(PyObject *labels)
{
    PyObject *dtype = IS(labels, ndarray) ? attribute_of(DTYPE, labels) : Py_NewRef(Py_None);
    Py_XDECREF(dtype); /* the array has it */
    if (dtype == NULL || dtype != G.object_dtype)
        return dtype == NULL ? -1 : 1;
    PyObject *list = PyObject_CallMethodNoArgs(labels, s_tolist);
    int plain = list == NULL ? -1 : PyList_CheckExact(list) && are_plain(list);
    Py_XDECREF(list);
    return plain;
}

/* What ``identity.new_labels`` does. */
static APART PyObject *new_labels(PyObject *index, PyObject *id)
{
    PyObject *place = IS(index, Index) ? s_data : IS(index, RangeIndex) ? s_range : NULL, *labels = NULL;
    PyObject *rows = place == NULL || PyDict_GET_SIZE(G.labels_of) >= MOST_KNOWN ? Py_NewRef(Py_None) : rows_in(index, id);
    if (rows == NULL || rows == Py_None || int_of(rows) > MOST_LABELS) {
        Py_XDECREF(rows);
        return rows == NULL ? NULL : PyObject_CallOneArg(G.new_labels, index);
    }
    Py_DECREF(rows);
    labels = PyObject_GetAttr(index, place);
    int kept = labels == NULL ? -1 : stays(labels);
    PyObject *number = kept > 0 ? PyIter_Next(AT(G.GIVING, labels)) : kept == 0 ? PyObject_CallOneArg(G.new_labels, index) : NULL;
    if (kept > 0 && number != NULL) {
        PyObject *atoms[4] = {number_of_kind[4], G.LABELS, number, labels}; /* 4 of them */
        if (log_all(atoms, 4) < 0 || PyDict_SetItem(G.labels_of, id, number) < 0)
            Py_CLEAR(number);
    }
    Py_XDECREF(labels);
    return number;
}

/* Number of the labels of a frame's columns, or of a series that may be a row; -1 for none. ``names``: make one. */
static PyObject *labels_number(PyObject *index, PyObject *id, int names)
{
    PyObject *known = Py_XNewRef(PyDict_GetItemWithError(G.labels_of, id));
    if (known != NULL || PyErr_Occurred())
        return known;
    return names ? new_labels(index, id) : Py_NewRef(minus);
}
