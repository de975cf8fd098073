/* The hooks of ``recorder``, compiled: the same records, in the same log, at a quarter of the cost.

   ``enter`` and ``leave`` do what happens all the time: an ordinary call by the user's own code whose arguments and
   result are frames, series, labels and literals, within a function that pandas calls, too (``_callbacks.h``), and a call
   that repeats another. Whatever else there is (files, constructors of subclasses and accessors, whether a call repeats)
   they hand to the functions in ``recorder`` that they stand for. ``State`` is the guard: a thread-local flag whose
   reading costs an instrumented function 10 ns instead of 35.

   Objects of ``points`` are Python objects with slots; their slots are read by offset, which ``setup`` looks up. No
   reference is kept to anything of the user's. Built only where there is a GIL; everything here relies on it.
*/
#include "_given.h"
#include "_meter.h"
#include "_state.h"
#include "_callers.h"
#include "_callbacks.h"
#include "_arguments.h"
#include "_log.h"
#include "_counted.h"
#include "_labels.h"
#include "_outputs.h"

#ifdef Py_GIL_DISABLED
#error "these hooks need the GIL; the ones in Python are used instead"
#endif
#ifndef SOURCE_DIGEST
#define SOURCE_DIGEST "" /* hatch_build.py gives the digest of this file and the headers beside it */
#endif

/* -- enter ---------------------------------------------------------------------------------------------------------- */

/* Whether an exception is one of ours, which is reported and forgotten. The guard is lowered in any case.

   Where a recursion of the user's has used up the stack, there may be no frame left to report in.
*/
static COLD int forgiven(void)
{
    lower();
    if (!PyErr_ExceptionMatches(PyExc_Exception))
        return 0;
    PyObject *type, *value, *trace;
    if (PyErr_ExceptionMatches(PyExc_RecursionError)) {
        PyErr_Clear();
        return 1;
    }
    PyErr_Fetch(&type, &value, &trace);
    PyErr_NormalizeException(&type, &value, &trace);
    if (trace != NULL)
        PyException_SetTraceback(value, trace);
    PyObject *done = PyObject_CallOneArg(G.report, value);
    Py_XDECREF(done);
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(trace);
    return done != NULL; /* else what a signal handler of the user's has raised goes on */
}

enum { ORDINARY = 1, BEGINS = 2 };

/* Whether a function that could change its object is told not to. */
static int keeps(PyObject *point, PyObject *args)
{
    Py_ssize_t at = int_of(AT(point, inplace));
    return at >= 0 && at < PyTuple_GET_SIZE(args) && PyTuple_GET_ITEM(args, at) != Py_True;
}

/* Whether ``repeats.separate`` may have something to do: the object that is changed shares its number. */
static int shares(PyObject *point, PyObject *args, long flags)
{
    if (!(flags & (MUTATES | INPLACE)) || PyDict_GET_SIZE(G.SHARED) == 0 || PyTuple_GET_SIZE(args) == 0)
        return 0;
    if (!(flags & MUTATES) && keeps(point, args))
        return 0;
    PyObject *target = target_of(PyTuple_GET_ITEM(args, 0));
    PyObject *number = target != NULL && is_table(target) ? mark(target) : NULL;
    int found = number != NULL ? PyDict_Contains(G.SHARED, number) : target == NULL || !is_table(target);
    Py_XDECREF(number);
    Py_XDECREF(target);
    return found != 0;
}

/* Whether a call needs nothing but what is done here: ORDINARY, or BEGINS if it is the first of its cell's. */
static int ordinary(PyObject *point, long flags, PyObject *run, PyObject *args)
{
    if ((callback != NULL && left() <= 0) || AT(G.WORLD, counting) == Py_True)
        return 0;
    if (flags & EXTERNAL_DATA || (flags & INIT && !(PyTuple_GET_SIZE(args) && is_table(PyTuple_GET_ITEM(args, 0)))))
        return 0;
    if (shares(point, args, flags))
        return 0;
    if (same_int(run, AT(G.WORLD, run)))
        return ORDINARY;
    return PyLong_CheckExact(run) && int_of(run) > int_of(AT(G.WORLD, run)) ? BEGINS : 0;
}

/* What ``recorder`` does ahead of a cell's first record. A notebook's cell has two or three, so it counts. */
static COLD int begin_run(PyObject *run)
{
    PyObject *done = PyObject_CallOneArg(G.forget, run);
    Py_XDECREF(done);
    return done == NULL ? -1 : 1;
}

static PyObject *spare; /* the list of a record that was put down: the next record's, once its function has let go */

/* An empty list with room for ``size`` atoms and those that ``leave`` appends: it would be moved twice else. */
static PyObject *new_record(Py_ssize_t size)
{
    PyObject *record = spare;
    if (record == NULL || Py_REFCNT(record) > 1 || size + ROOM > ((PyListObject *)record)->allocated)
        record = PyList_New(size + ROOM);
    else {
        spare = NULL; /* it is the record's alone: one that isn't put down goes, with what it has of the call */
        for (Py_ssize_t i = 0; i < PyList_GET_SIZE(record); i++) /* 0 and None */
            Py_DECREF(PyList_GET_ITEM(record, i));
    }
    if (record != NULL)
        Py_SET_SIZE(record, 0);
    return record;
}

/* The atoms of a record but for the time of entry. ``runs``: whether a function is among the arguments. */
static PyObject *make_record(PyObject *point, PyObject *args, Caller user, PyObject *run, long flags, int *runs)
{
    Py_ssize_t n = PyTuple_GET_SIZE(args);
    PyCodeObject *code = code_of(user);
    PyObject *outer = around(user);
    PyObject *lasti = outer == NULL ? NULL : PyLong_FromLong(lasti_of(user));
    PyObject *record = lasti == NULL ? NULL : new_record(FIRST_ARGUMENT + n + 1);
    if (record == NULL) {
        Py_XDECREF(outer);
        Py_XDECREF(lasti);
        return NULL;
    }
    PyObject *note = flags & INPLACE && keeps(point, args) ? KEEPS : Py_None;
    PyObject **atom = ((PyListObject *)record)->ob_item;
    *atom++ = Py_NewRef(note);
    *atom++ = Py_NewRef(G.CALL);
    *atom++ = Py_NewRef(run);
    *atom++ = Py_NewRef(AT(point, op));
    *atom++ = Py_NewRef((PyObject *)code);
    *atom++ = lasti;
    *atom++ = outer;
    *atom++ = Py_NewRef(callback == NULL ? zero : AT(callback, serial));
    *atom++ = Py_NewRef(zero);
    *atom++ = Py_NewRef(Py_None);
    Py_SET_SIZE(record, FIRST_ARGUMENT);
    int tuples = 0;
    for (Py_ssize_t i = 0; i < n; i++) {
        PyObject *part = i == 0 && flags & INIT ? Py_NewRef(Py_None) /* it has no manager yet */
                                                : snapshot(PyTuple_GET_ITEM(args, i));
        if (part != NULL && i > 0 && is_long(PyTuple_GET_ITEM(args, i)))
            part = labels_in(PyTuple_GET_ITEM(args, 0), PyTuple_GET_ITEM(args, i), flags, part);
        if (part == NULL) {
            Py_DECREF(record);
            return NULL;
        }
        tuples |= PyTuple_CheckExact(part);
        ((PyListObject *)record)->ob_item[FIRST_ARGUMENT + i] = part;
        Py_SET_SIZE(record, FIRST_ARGUMENT + i + 1);
    }
    *runs = flags & CALLS_BACK && tuples ? may_run(((PyListObject *)record)->ob_item + FIRST_ARGUMENT, n) : 0;
    if (*runs == 0 && flags & GOES_THROUGH)
        *runs = is_opaque(((PyListObject *)record)->ob_item[FIRST_ARGUMENT]);
    if (*runs < 0)
        Py_CLEAR(record);
    return record;
}

/* What a call is from now on: the record, begun, or the Repeat that it is, if the place is watched. Takes the record. */
static PyObject *begin_call(PyObject *point, PyObject *args, PyObject *record, int learns)
{
    PyObject *repeat = NULL;
    if (learns && (repeat = PyObject_CallFunctionObjArgs(G.recalled, point, record, args, NULL)) == Py_None)
        Py_CLEAR(repeat);
    if (repeat != NULL || PyErr_Occurred() || add(record, now()) < 0)
        Py_SETREF(record, repeat);
    return record;
}

/* What ``recorder`` makes of a call. */
static PyObject *asked(PyObject *point, PyObject *args)
{
    Caller user = calling();
    PyObject *frame = frame_of(user), *record = NULL;
    if (frame != NULL)
        record = PyObject_CallFunctionObjArgs(G.record, point, args, frame, NULL);
    Py_XDECREF(frame);
    let_go(user);
    return record;
}

/* Record a call that is none of the place's repeats. ``learns``: it may become one; ``calls`` before this one. */
static PyObject *entered(PyObject *point, PyObject *args, int learns, long calls)
{
    static long until_look; /* records, until the budget is looked at */
    if (--until_look <= 0) {
        PyObject *next = PyObject_CallNoArgs(G.check);
        if (next == NULL)
            return NULL;
        until_look = PyLong_AsLong(next);
        Py_DECREF(next);
    }
    long flags = int_of(AT(point, flags));
    int runs = 0;
    PyObject *run = run_of_thread(), *record = NULL;
    if (run == NULL)
        return NULL;
    if (run == Py_None || AT(G.WORLD, paused) == Py_True) {
        Py_DECREF(run);
        return Py_NewRef(G.unheard);
    }
    Caller user = calling();
    int whose = PyErr_Occurred() ? NOBODY : go_to_user(&user);
    if (whose == AWAY) {
        Py_DECREF(run);
        let_go(user);
        lower();
        return Py_NewRef(Py_None);
    }
    int how = whose == FOUND ? ordinary(point, flags, run, args) : 0;
    if (how) {
        meter.records++;
        long long began = begun();
        int ready = how == BEGINS ? begin_run(run) : AT(G.WORLD, pending) == Py_True ? tell() : 1;
        if (how == BEGINS)
            calls = 0;
        if (ready > 0 && (calls > 0 || PyList_Append(AT(G.WORLD, points), point) == 0))
            record = make_record(point, args, user, run, flags, &runs);
        if (record != NULL && (add_to(&AT(point, calls), 1) < 0 ||
                               (callback != NULL && add_to(&AT(callback, left), -1) < 0)))
            Py_CLEAR(record);
        if (record != NULL)
            record = begin_call(point, args, record, learns && how == ORDINARY); /* in a new cell nothing repeats */
        sample(began);
        if (record != NULL && runs && begin_callback(record) < 0)
            Py_CLEAR(record);
    }
    let_go(user);
    Py_DECREF(run);
    return record == NULL && !PyErr_Occurred() ? asked(point, args) : record;
}

/* The Repeat of a call, by the user's code that it comes from. ``learns``: whether the place may learn a further one. */
static APART PyObject *counted(PyObject *point, PyObject *args, int *learns)
{
    Caller user = calling();
    PyObject *lasti = go_to_user(&user) == FOUND ? PyLong_FromLong(lasti_of(user)) : NULL, *outer = NULL, *found = NULL;
    PyObject *spot = lasti == NULL ? NULL : Py_XNewRef(PyDict_GetItemWithError(AT(point, spots), lasti));
    for (int others = 1; spot != NULL && IS(spot, Spot); others++) {
        int here = AT(spot, code) == (PyObject *)code_of(user) ? same_callers(spot, user, &outer) : 0;
        PyObject *next = here == 0 ? Py_NewRef(AT(spot, next)) : NULL;
        if (here > 0 ? AT(spot, repeats) == Py_None : next == Py_None && others >= MOST_SPOTS)
            *learns = 0;
        else if (here > 0)
            found = repeated(spot, args);
        Py_DECREF(spot);
        spot = next;
    }
    Py_XDECREF(spot);
    Py_XDECREF(outer);
    Py_XDECREF(lasti);
    let_go(user);
    return found;
}

static PyObject *enter(PyObject *self, Arguments a, Py_ssize_t n)
{
    if (n != 2 || !PyTuple_CheckExact(a[1]) || !IS(a[0], Point)) {
        if (n == 2 && strcmp(Py_TYPE(a[0])->tp_name, "Point") == 0)
            Py_RETURN_NONE; /* of modules that were imported anew since (see ``copies``) */
        PyErr_SetString(PyExc_TypeError, "enter takes a Point and a tuple");
        return NULL;
    }
    PyObject *point = a[0], *args = a[1], *token = NULL;
    guard = 1;
    long calls = int_of(AT(point, calls)), cold = int_of(AT(G.WORLD, cold));
    int learns = callback == NULL && calls >= cold && AT(point, repeatable) == Py_True;
    long flags = int_of(AT(point, flags));
    if (callback != NULL && !(flags & INNER))
        token = turned_away();
    else if (calls > cold)
        token = counted(point, args, &learns);
    if (token == NULL && !PyErr_Occurred())
        token = flags & INNER ? asked(point, args) : entered(point, args, learns, calls);
    if (token == NULL)
        return forgiven() ? Py_NewRef(Py_None) : NULL;
    return token;
}

/* -- leave --------------------------------------------------------------------------------------------------------- */

/* LOG.extend(record), whose atoms are moved: what is left is a token that says that it was written. */
static int put_down(PyObject *record)
{
    Py_ssize_t n = PyList_GET_SIZE(record), end = PyList_GET_SIZE(G.LOG);
    if (end + n > ((PyListObject *)G.LOG)->allocated && make_room((PyListObject *)G.LOG, end + n) < 0)
        return -1;
    memcpy(((PyListObject *)G.LOG)->ob_item + end, ((PyListObject *)record)->ob_item, n * sizeof(PyObject *));
    Py_SET_SIZE(G.LOG, end + n);
    Py_SET_SIZE(record, 2);
    PyList_SET_ITEM(record, 0, Py_NewRef(zero));
    PyList_SET_ITEM(record, 1, Py_NewRef(Py_None));
    if (spare == NULL || Py_REFCNT(spare) > 1 ||
        ((PyListObject *)spare)->allocated < ((PyListObject *)record)->allocated)
        put(&spare, Py_NewRef(record));
    return 0;
}

/* Remember what a call of a place that is watched did. */
static APART int take_lesson(PyObject *record, PyObject *lesson, PyObject *value)
{
    PyObject *done = PyObject_CallFunctionObjArgs(G.learn, record, lesson, (PyObject *)Py_TYPE(value), NULL);
    Py_XDECREF(done);
    return done == NULL ? -1 : 0;
}

/* -1 with an exception; 0 if it is beyond us, and the record as it was; 1 if it was written. */
static int written(PyObject *record, PyObject *value, PyObject *first)
{
    Py_ssize_t before = PyList_GET_SIZE(record);
    if (before <= FIRST_ARGUMENT || PyList_GET_ITEM(record, 1) != G.CALL)
        return 0;
    PyObject *note = PyList_GET_ITEM(record, 0);
    long flags = int_of(AT(PyList_GET_ITEM(record, 3), op_flags));
    int learns = IS(note, Lesson);
    if ((note != Py_None && note != KEEPS && !IS(note, Callback) && !learns) || flags & EXTERNAL_DATA || (flags & INPLACE && note != KEEPS))
        return 0;
    if (flags & INIT && !(is_table(first) && value == Py_None))
        return 0;
    long long began = begun();
    if (add(record, now()) < 0 || add(record, Py_NewRef(Py_None)) < 0)
        return -1;
    int done = outputs(record, value, first, flags);
    if (done <= 0) {
        if (done == 0 && PyList_SetSlice(record, before, PyList_GET_SIZE(record), NULL) < 0)
            return -1;
        return done;
    }
    PyObject *lesson = learns ? Py_NewRef(note) : NULL, *length = PyLong_FromSsize_t(PyList_GET_SIZE(record));
    if (length == NULL || PyList_SetItem(record, 0, length) < 0 || (learns && take_lesson(record, lesson, value) < 0)) {
        Py_XDECREF(lesson);
        return -1;
    }
    Py_XDECREF(lesson);
    if (put_down(record) < 0)
        return -1;
    if (!learns)
        put(&AT(G.WORLD, fresh), Py_NewRef(Py_True));
    sample(began);
    return 1;
}

/* Give what a counted call returned its number. 0: it returned something else than the recorded ones. */
static APART int marked(PyObject *repeat, PyObject *value)
{
    PyObject *result = AT(repeat, result);
    if (result == Py_None)
        return is_among(G.SCALARS, Py_TYPE(value));
    if (!is_held_as(result, Py_TYPE(value)))
        return 0;
    if (AT(repeat, alias) == Py_True) {
        PyObject *its = own(LINEAGE, value);
        int same = its == NULL ? -1 : same_int(its, AT(repeat, number));
        Py_XDECREF(its);
        return same;
    }
    if (AT(repeat, remembers) == Py_True)
        return give(value, AT(repeat, number)) < 0 ? -1 : 1;
    if (AT(repeat, marks) != Py_True)
        return 1;
    PyObject *number = own(LINEAGE, value);
    if (number == NULL)
        return -1;
    int failed = number == Py_None ? set_own(LINEAGE, value, AT(repeat, number)) : 0;
    Py_DECREF(number);
    return failed < 0 ? -1 : 1;
}

static PyObject *leave(PyObject *self, Arguments a, Py_ssize_t n)
{
    if (n != 3) {
        PyErr_SetString(PyExc_TypeError, "leave takes a token, a value and the first argument");
        return NULL;
    }
    PyObject *token = a[0], *value = a[1], *first = a[2];
    int repeats = IS(token, Repeat);
    if (PyList_CheckExact(token))
        end_callback(token);
    int done = repeats ? marked(token, value) : PyList_CheckExact(token) ? written(token, value, first) : 0;
    if (done == 0 && token != G.unheard) {
        PyObject *same = PyObject_CallFunctionObjArgs(G.leave, token, value, first, NULL);
        return same != NULL ? same : PyErr_ExceptionMatches(PyExc_RecursionError) && forgiven() ? Py_NewRef(value) : NULL;
    }
    lower();
    if (done < 0 && !forgiven())
        return NULL;
    return Py_NewRef(value);
}

/* An exception passes through the function. Where there is no frame left for ``recorder.failed``: what can't wait. */
static PyObject *failed(PyObject *self, Arguments a, size_t n, PyObject *names)
{
    if (PyVectorcall_NARGS(n) != 1 || names != NULL) {
        PyErr_SetString(PyExc_TypeError, "failed takes a token");
        return NULL;
    }
    PyObject *token = a[0], *done = PyObject_CallOneArg(G.failed, token);
    if (done != NULL || !PyErr_ExceptionMatches(PyExc_RecursionError) || !forgiven())
        return done;
    if (PyList_CheckExact(token))
        end_callback(token);
    lower();
    return Py_NewRef(Py_None);
}

/* -- the module ----------------------------------------------------------------------------------------------------- */

static PyObject *metered(PyObject *self, PyObject *none)
{
    if (!meter.first)  /* all of them were measured */
        return Py_BuildValue("LLLii", meter.records, meter.records, meter.ns, 0, 0);
    return Py_BuildValue("LLLLL", meter.records, meter.first, meter.first_ns, meter.halves, meter.ns);
}

static PyMethodDef METHODS[] = {
    {"setup", setup, METH_O, "Take what the hooks work with, by name. Raises KeyError, TypeError, ValueError."},
    {"all_plain", all_plain, METH_O, "Whether each of a list of labels is of a type in ``labels.PLAIN``."},
    {"metered", metered, METH_NOARGS, "A meter.Reading."},
    {"tell", told, METH_NOARGS, "Log what was counted."},
    {NULL},
};

static struct PyModuleDef MODULE = {
    PyModuleDef_HEAD_INIT, "_hooks", "The hooks of ``recorder``, compiled.", -1, METHODS,
};

PyMODINIT_FUNC PyInit__hooks(void)
{
    for (size_t i = 0; i < Py_ARRAY_LENGTH(NAMES); i++)
        if ((*NAMES[i].place = PyUnicode_InternFromString(NAMES[i].text)) == NULL)
            return NULL;
    nothing = PyTuple_New(0);
    zero = PyLong_FromLong(0);
    for (int i = 0; i <= ALIAS; i++)
        number_of_kind[i] = PyLong_FromLong(i);
    minus = PyLong_FromLong(-1);
    no_items = Py_BuildValue("(i)", DICT);
    PyObject *module = PyModule_Create(&MODULE);
    if (module == NULL || PyType_Ready(&StateType) < 0 || nothing == NULL || no_items == NULL || minus == NULL ||
        PyModule_AddObjectRef(module, "State", (PyObject *)&StateType) < 0 ||
        PyModule_AddStringConstant(module, "SOURCE_DIGEST", SOURCE_DIGEST) < 0) {
        Py_XDECREF(module);
        return NULL;
    }
    return module;
}
