/* What a call made: what ``identity.describe_frame``, ``describe_series`` and ``outputs`` do. */

static PyObject *axes_of(PyObject *object, PyObject **manager)
{
    *manager = own(MGR, object);
    PyObject *axes = *manager == NULL ? NULL : attribute_of(AXES, *manager);
    if (axes != NULL && (!PyList_CheckExact(axes) || PyList_GET_SIZE(axes) != (IS(object, DataFrame) ? 2 : 1))) {
        Py_CLEAR(axes);
        PyErr_SetString(PyExc_TypeError, "unknown axes");
    }
    return axes;
}

/* Whether a series may be a row: ``df.mean()``, or what is made of a row. */
static int may_be_row(PyObject *index, PyObject *rows, PyObject *owner)
{
    if (!(IS(index, Index) || IS(index, MultiIndex)) || rows == Py_None || int_of(rows) > MOST_ROW_LABELS)
        return 0;
    if (IS(owner, DataFrame))
        return 1;
    if (!IS(owner, Series))
        return 0;
    PyObject *manager = NULL, *axes = axes_of(owner, &manager);
    PyObject *id = axes == NULL ? NULL : own(ID, PyList_GET_ITEM(axes, 0));
    int known = id == NULL ? -1 : PyDict_Contains(G.labels_of, id);
    Py_XDECREF(id);
    Py_XDECREF(axes);
    Py_XDECREF(manager);
    return known;
}

/* As ``dtypes.dtype_of``, which is asked where the array would keep the answer, or isn't to be asked. */
static PyObject *dtype_of(PyObject *values)
{
    PyTypeObject *type = Py_TYPE(values);
    if (class_of(type)->read[DTYPE - AXES] == NULL) {
        int asked = is_among(G.KEPT, type);
        if (asked > 0)
            return PyObject_GenericGetAttr(values, s_dtype); /* a tracer would see pandas' property */
        asked = asked < 0 ? asked : is_among(G.ASKED, type);
        if (asked <= 0)
            return asked < 0 ? NULL : PyObject_CallOneArg(G.dtype_of, values);
    }
    return attribute_of(DTYPE, values);
}

/* (dtype, placement) of each block; the dtype alone for a series. */
static int add_types(PyObject *record, PyObject *blocks, int places)
{
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(blocks); i++) {
        PyObject *block = PyTuple_GET_ITEM(blocks, i), *values = attribute_of(VALUES, block);
        PyObject *dtype = values == NULL ? NULL : dtype_of(values);
        Py_XDECREF(values);
        if (add(record, dtype) < 0 || (places && add(record, attribute_of(LOCS, block)) < 0))
            return -1;
    }
    return 0;
}

/* Give a frame or series the next number, and its atoms to the record. 0: it is beyond us. */
static int describe(PyObject *record, PyObject *object, PyObject *of, PyObject *owner)
{
    int frame = IS(object, DataFrame), done = -1;
    PyObject *manager = NULL, *axes = NULL, *blocks = NULL, *number = NULL, *labels = NULL, *names = NULL, *id = NULL,
             *labelled = NULL, *name = NULL, *rows = NULL, *types = NULL, *index = NULL;
    axes = axes_of(object, &manager);
    blocks = axes == NULL ? NULL : attribute_of(BLOCKS, manager);
    if (blocks == NULL)
        goto end;
    if (!PyTuple_CheckExact(blocks) || (!frame && PyTuple_GET_SIZE(blocks) > 1)) {
        done = 0;
        goto end;
    }
    int many = PyTuple_GET_SIZE(blocks) > MOST_BLOCKS;
    index = Py_NewRef(PyList_GET_ITEM(axes, frame ? 1 : 0)); /* another thread may give the object another one */
    id = own(ID, index);
    rows = id == NULL ? NULL : rows_in(index, id);
    int row = rows == NULL ? -1 : frame ? 1 : may_be_row(index, rows, owner);
    if (row < 0)
        goto end;
    number = next_number();
    labelled = number == NULL ? NULL : frame ? own(ID, PyList_GET_ITEM(axes, 0)) : Py_NewRef(id);
    labels = labelled == NULL ? NULL : labels_number(PyList_GET_ITEM(axes, 0), labelled, row);
    names = labels == NULL ? NULL : index_names(index);
    name = names == NULL ? NULL : frame ? Py_NewRef(Py_None) : as_label(own(NAME, object));
    if (name == NULL && names != NULL && PyErr_ExceptionMatches(PyExc_AttributeError)) {
        PyErr_Clear(); /* what an old pandas has pickled gets its name late */
        name = Py_NewRef(Py_None);
    }
    types = name == NULL ? NULL : PyLong_FromSsize_t(many ? 1 : PyTuple_GET_SIZE(blocks) * (frame ? 2 : 1));
    if (types == NULL)
        goto end;
    PyObject *kind = number_of_kind[frame ? FRAME : SERIES];
    PyObject *atoms[8] = {number, kind, labels, names, rows, name, of, types};
    if (add_all(record, atoms, 8) == 0 && (many ? add(record, PyObject_CallOneArg(G.dtypes_of, manager)) : add_types(record, blocks, frame)) == 0 &&
        PyDict_SetItem(G.rows_of, id, number) == 0 && set_own(LINEAGE, object, number) == 0)
        done = 1;
end:
    Py_XDECREF(manager);
    Py_XDECREF(axes);
    Py_XDECREF(blocks);
    Py_XDECREF(number);
    Py_XDECREF(labels);
    Py_XDECREF(names);
    Py_XDECREF(id);
    Py_XDECREF(labelled);
    Py_XDECREF(name);
    Py_XDECREF(rows);
    Py_XDECREF(types);
    Py_XDECREF(index);
    return done;
}

/* What isn't told apart from others of its kind: a scalar, or a list of them. */
static APART int describe_scalar(PyObject *record, PyObject *value, int kind)
{
    PyObject *number = next_number();
    PyObject *name = number == NULL ? NULL : PyObject_GetAttr((PyObject *)Py_TYPE(value), s_type_name);
    PyObject *atoms[8] = {number, number_of_kind[kind], minus, Py_None, Py_None, name, zero, zero};
    int done = name == NULL || add_all(record, atoms, 8) < 0 ? -1 : 1;
    Py_XDECREF(number);
    Py_XDECREF(name);
    return done;
}

static PyObject *gone(PyObject *at, PyObject *reference)
{
    if (PyDict_Contains(G.remembered, at) > 0)
        PyDict_DelItem(G.remembered, at);
    Py_RETURN_NONE;
}

/* Give a number to an object without room for it, as ``outputs.give`` does. */
static APART int give(PyObject *value, PyObject *number)
{
    static PyMethodDef GONE = {"gone", gone, METH_O, NULL};
    if (!IS(value, ndarray)) {
        PyObject *given = PyObject_CallFunctionObjArgs(G.give, value, number, NULL);
        Py_XDECREF(given);
        return given == NULL ? -1 : 0;
    }
    PyObject *at = PyLong_FromVoidPtr(value);
    PyObject *callback = at == NULL ? NULL : PyCFunction_New(&GONE, at);
    PyObject *reference = callback == NULL ? NULL : PyWeakref_NewRef(value, callback);
    PyObject *entry = reference == NULL ? NULL : PyTuple_Pack(2, reference, number);
    int failed = entry == NULL ? -1 : PyDict_SetItem(G.remembered, at, entry);
    Py_XDECREF(at);
    Py_XDECREF(callback);
    Py_XDECREF(reference);
    Py_XDECREF(entry);
    return failed;
}

/* An array or a group-by, which has no room for its number. */
static APART int describe_given(PyObject *record, PyObject *value, int kind)
{
    PyObject *number = next_number(), *rows = NULL;
    int given = number == NULL ? -1 : give(value, number);
    PyObject *name = given < 0 ? NULL : PyObject_GetAttr((PyObject *)Py_TYPE(value), s_type_name);
    if (name != NULL) {
        Py_ssize_t size = kind == ARRAY ? PyObject_Size(value) : -1;
        if (size < 0 && kind == ARRAY && PyErr_ExceptionMatches(PyExc_TypeError)) /* it has no dimension */
            PyErr_Clear();
        rows = size >= 0 ? PyLong_FromSsize_t(size) : PyErr_Occurred() ? NULL : Py_NewRef(Py_None);
    }
    PyObject *atoms[8] = {number, number_of_kind[kind], minus, Py_None, rows, name, zero, zero};
    int done = rows == NULL || add_all(record, atoms, 8) < 0 ? -1 : 1;
    Py_XDECREF(number);
    Py_XDECREF(name);
    Py_XDECREF(rows);
    return done;
}

/* The object that a call changes in place, new: of ``df.loc`` the frame. */
static PyObject *target_of(PyObject *first)
{
    int indexer = PyType_IsSubtype(Py_TYPE(first), (PyTypeObject *)G.NDFrameIndexerBase); /* asks no ``__class__`` */
    return indexer ? PyObject_GetAttr(first, s_obj) : Py_NewRef(first);
}

/* The next version of an object that was changed in place. */
static APART int describe_changed(PyObject *record, PyObject *value, PyObject *first)
{
    PyObject *target = target_of(first);
    int done = target == NULL ? -1 : 0;
    if (done == 0 && value == Py_None && is_table(target)) {
        PyObject *before = mark(target);
        if (before == NULL)
            before = PyErr_Occurred() ? NULL : Py_NewRef(zero);
        done = before == NULL ? -1 : describe(record, target, before, Py_None);
        Py_XDECREF(before);
    }
    Py_XDECREF(target);
    return done;
}

/* The atoms of what a call made. 0: ``recorder.leave`` is to do it. */
static int outputs(PyObject *record, PyObject *value, PyObject *first, long flags)
{
    if (flags & (MUTATES | INIT))
        return describe_changed(record, value, first);
    if (value == Py_None)
        return 1;
    if (is_table(value)) {
        PyObject *number = mark(value);
        if (number == NULL)
            return PyErr_Occurred() ? -1 : describe(record, value, zero, first);
        PyObject *atoms[8] = {number, number_of_kind[ALIAS], minus, Py_None, Py_None, Py_None, zero, zero};
        int failed = add_all(record, atoms, 8); /* it was there before */
        Py_DECREF(number);
        return failed < 0 ? -1 : 1;
    }
    if (IS(value, ndarray) || IS(value, DataFrameGroupBy) || IS(value, SeriesGroupBy))
        return describe_given(record, value, IS(value, ndarray) ? ARRAY : GROUPED);
    int listed = PyList_CheckExact(value) && PyList_GET_SIZE(value);
    PyTypeObject *type = Py_TYPE(listed ? PyList_GET_ITEM(value, 0) : value);
    int plain = is_among(G.PLAIN, type);
    return plain <= 0 ? plain : describe_scalar(record, value, listed ? VALUE : SCALAR_KIND);
}
