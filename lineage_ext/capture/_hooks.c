/* The hooks of ``recorder``, compiled: the same records, in the same log, at a quarter of the cost.

   ``enter`` and ``leave`` do what happens all the time: an ordinary call by the user's own code whose arguments and
   result are frames, series, labels and literals, and a call that repeats another. Whatever else there is (callbacks,
   files, constructors, learning a hot loop) they hand to the functions in ``recorder`` that they stand for. ``State`` is
   the guard: a thread-local flag whose reading costs an instrumented function 10 ns instead of 35.

   Objects of ``points`` are Python objects with slots; their slots are read by offset, which ``setup`` looks up. No
   reference is kept to anything of the user's. Built only where there is a GIL; everything here relies on it.
*/
#include "_cpython.h"
#include <structmember.h>
#include <time.h>

#ifdef Py_GIL_DISABLED
#error "these hooks need the GIL; the ones in Python are used instead"
#endif
#ifndef SOURCE_DIGEST
#define SOURCE_DIGEST "" /* hatch_build.py gives the digest of this file and the headers beside it */
#endif
#ifdef __GLIBC__ /* others refuse it in libraries that are loaded late; without it each read is a call */
#define THREAD_LOCAL _Thread_local __attribute__((tls_model("initial-exec")))
#else
#define THREAD_LOCAL _Thread_local
#endif

typedef PyObject *const *Arguments;

/* -- what the hooks know ------------------------------------------------------------------------------------------ */

static THREAD_LOCAL int guard;           /* STATE.d */
static THREAD_LOCAL PyObject *callback;  /* STATE.callback, NULL for None */

static struct {
    _Alignas(64) PyObject *WORLD, *CURRENT, *Point, *DataFrame, *Series, *CALL, *LOG, *GIVING; /* for every record */
    PyObject *Repeat, *Index, *RangeIndex, *MultiIndex, *labels_of, *rows_of, *SHARED, *PLAIN; /* for most */
    PyObject *KINDS, *HANDLERS, *SCALARS, *INTS;                               /* used in place, as those before */
    PyObject *Spot, *World, *Giving, *Op;                                      /* classes with slots */
    PyObject *NDFrameIndexerBase, *CachedProperty;
    PyObject *record, *leave, *around, *same_callers, *snapshot, *any_function, *new_labels, *number_of,
        *indexer, *report, *getframe, *clock, *check, *dtype_of, *dtypes_of;   /* functions in Python */
    PyObject *OBJECT, *CELL, *SCALAR, *SAME, *EQUAL, *ITEMS;                   /* words of patterns */
    PyObject *no_default, *no_default_atom;
} G;

static const struct { const char *name; PyObject **place; } GIVEN[] = {
    {"WORLD", &G.WORLD}, {"KINDS", &G.KINDS}, {"CURRENT", &G.CURRENT}, {"HANDLERS", &G.HANDLERS}, {"LOG", &G.LOG},
    {"SHARED", &G.SHARED}, {"SCALARS", &G.SCALARS}, {"PLAIN", &G.PLAIN}, {"INTS", &G.INTS}, {"labels_of", &G.labels_of}, {"rows_of", &G.rows_of},
    {"GIVING", &G.GIVING}, {"Giving", &G.Giving}, {"Point", &G.Point}, {"Spot", &G.Spot},
    {"Repeat", &G.Repeat}, {"World", &G.World}, {"Op", &G.Op}, {"DataFrame", &G.DataFrame}, {"Series", &G.Series},
    {"NDFrameIndexerBase", &G.NDFrameIndexerBase}, {"Index", &G.Index}, {"RangeIndex", &G.RangeIndex},
    {"MultiIndex", &G.MultiIndex}, {"record", &G.record}, {"leave", &G.leave},
    {"around", &G.around}, {"same_callers", &G.same_callers}, {"snapshot", &G.snapshot},
    {"any_function", &G.any_function}, {"new_labels", &G.new_labels}, {"number_of", &G.number_of},
    {"indexer", &G.indexer}, {"report", &G.report}, {"getframe", &G.getframe}, {"clock", &G.clock}, {"check", &G.check},
    {"dtype_of", &G.dtype_of}, {"dtypes_of", &G.dtypes_of}, {"CachedProperty", &G.CachedProperty},
    {"OBJECT", &G.OBJECT}, {"CELL", &G.CELL}, {"SCALAR", &G.SCALAR}, {"SAME", &G.SAME}, {"EQUAL", &G.EQUAL},
    {"ITEMS", &G.ITEMS}, {"CALL", &G.CALL}, {"no_default", &G.no_default}, {"no_default_atom", &G.no_default_atom},
};

/* Numbers that ``log``, ``flags``, ``caller`` and ``identity`` define; ``setup`` refuses others. */
enum { FRAME = 0, SERIES = 1, SCALAR_KIND = 5, LITERAL = 0, LIST = 1, TUPLE = 2, DICT = 3, SLICE = 4, INDEXER = 10 };
enum { INIT = 1, MUTATES = 2, CALLS_BACK = 4, EXTERNAL_DATA = 8, INPLACE = 16, FIRST_ARGUMENT = 10 };
enum { USER = 0, LIBRARY = 1, PANDAS = 2, ROOM = 12 };
enum { MOST_TEXT = 10000, MOST_ITEMS = 256, MOST_BLOCKS = 16, MOST_ROW_LABELS = 512 };

typedef unsigned short Offset; /* of a slot in an object */

static struct { /* in one line of the processor's cache */
    _Alignas(64) Offset calls, flags, inplace, op, repeatable, spots, wrapped;  /* Point */
    Offset code, latest, outer, repeats;                       /* Spot */
    Offset count, key, marks, number, remembers, result, test, whole;  /* Repeat */
    Offset cold, contexts, counting, fresh, paused, pending, points, run;  /* World */
    Offset first, numbers;                                     /* Giving */
    Offset op_flags;                                           /* Op */
} S;

static const struct { PyObject **cls; const char *name; Offset *offset; } SLOTS[] = {
    {&G.Point, "calls", &S.calls}, {&G.Point, "flags", &S.flags},
    {&G.Point, "inplace", &S.inplace}, {&G.Point, "op", &S.op},
    {&G.Point, "repeatable", &S.repeatable}, {&G.Point, "spots", &S.spots}, {&G.Point, "wrapped", &S.wrapped},
    {&G.Spot, "code", &S.code}, {&G.Spot, "latest", &S.latest}, {&G.Spot, "outer", &S.outer},
    {&G.Spot, "repeats", &S.repeats}, {&G.Repeat, "count", &S.count}, {&G.Repeat, "key", &S.key},
    {&G.Repeat, "marks", &S.marks}, {&G.Repeat, "number", &S.number}, {&G.Repeat, "remembers", &S.remembers},
    {&G.Repeat, "result", &S.result}, {&G.Repeat, "test", &S.test}, {&G.Repeat, "whole", &S.whole},
    {&G.World, "cold", &S.cold}, {&G.World, "contexts", &S.contexts}, {&G.World, "counting", &S.counting}, {&G.World, "fresh", &S.fresh},
    {&G.World, "paused", &S.paused}, {&G.World, "pending", &S.pending}, {&G.World, "points", &S.points}, {&G.World, "run", &S.run},
    {&G.Giving, "first", &S.first}, {&G.Giving, "numbers", &S.numbers}, {&G.Op, "flags", &S.op_flags},
};

static PyObject *s_d, *s_callback, *s_names, *s_data, *s_range, *s_obj, *s_label, *s_start, *s_stop, *s_step, *s_type_name, *s_module,
    *nothing, *no_items, *zero, *minus, *number_of_kind[SCALAR_KIND + 1];

static const struct { PyObject **place; const char *text; } NAMES[] = {
    {&named[LINEAGE], "_lineage"}, {&named[MGR], "_mgr"}, {&named[NAME], "_name"}, {&named[ID], "_id"},
    {&named[AXES], "axes"}, {&named[BLOCKS], "blocks"}, {&named[VALUES], "values"}, {&named[DTYPE], "dtype"},
    {&named[LOCS], "_mgr_locs"}, {&s_d, "d"}, {&s_callback, "callback"},
    {&s_names, "names"}, {&s_data, "_data"}, {&s_range, "_range"}, {&s_obj, "obj"},
    {&s_label, "name"}, {&s_start, "start"}, {&s_stop, "stop"}, {&s_step, "step"}, {&s_type_name, "__name__"},
    {&s_module, "<module>"},
};

#define KEEPS Py_False /* the note of a record: the function is told not to change its object */
#define AT(object, slot) (*(PyObject **)((char *)(object) + S.slot))
#define IS(object, cls) ((PyObject *)Py_TYPE(object) == G.cls)

static void put(PyObject **place, PyObject *value) /* steals value */
{
    PyObject *old = *place;
    *place = value;
    Py_XDECREF(old);
}

static int increase(PyObject **place)
{
    PyObject *more = PyLong_FromLongLong(int_of(*place) + 1);
    if (more == NULL)
        return -1;
    put(place, more);
    return 0;
}

/* -- time ----------------------------------------------------------------------------------------------------------- */

static APART PyObject *now(void) /* what time.perf_counter_ns gives */
{
#ifdef __linux__
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return PyLong_FromLongLong((long long)t.tv_sec * 1000000000LL + t.tv_nsec);
#else
    return PyObject_CallNoArgs(G.clock);
#endif
}

/* The first 32 records, then one in 128, are measured by the thread's CPU clock, which takes half a record. */
enum { RARELY = 127 }; /* a mask */
static struct { long long records, first, first_ns, halves, ns; } meter;

static long long thread_cpu(void)
{
#ifdef CLOCK_THREAD_CPUTIME_ID
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (long long)t.tv_sec * 1000000000LL + t.tv_nsec;
#else
    return 0;
#endif
}

/* When the measured part of a hook began, put off by what reading the clock takes; 0 for those that aren't measured. */
static long long begun(void)
{
    if (meter.first && meter.records & RARELY)
        return 0;
    long long first = thread_cpu(), second = thread_cpu();
    return second + (second - first);
}

static void sample(long long began)
{
    if (began) {
        long long ns = thread_cpu() - began;
        meter.halves++;
        meter.ns += ns > 0 ? ns : 0;
        if (!meter.first && meter.halves >= 64) {
            meter.first = meter.records, meter.first_ns = meter.ns;
            meter.halves = meter.ns = 0;
        }
    }
}

/* -- the guard ------------------------------------------------------------------------------------------------------ */

static PyObject *state_get(PyObject *self, PyObject *name)
{
    if (name == s_d)
        return Py_NewRef(guard ? Py_True : Py_False);
    if (name == s_callback)
        return Py_NewRef(callback ? callback : Py_None);
    return PyObject_GenericGetAttr(self, name);
}

static int state_set(PyObject *self, PyObject *name, PyObject *value)
{
    if (name == s_d && value != NULL) {
        int raised = PyObject_IsTrue(value);
        if (raised < 0)
            return -1;
        guard = raised;
        return 0;
    }
    if (name == s_callback && value != NULL) {
        put(&callback, value == Py_None ? NULL : Py_NewRef(value));
        return 0;
    }
    return PyObject_GenericSetAttr(self, name, value);
}

static int state_bool(PyObject *self)
{
    return guard;
}

static PyNumberMethods state_as_number = {.nb_bool = state_bool};

static PyTypeObject StateType = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "lineage_ext.capture._hooks.State",
    .tp_doc = "What a thread knows: ``d`` is the guard, which is its own truth, too; ``callback`` the innermost user "
              "function that pandas runs.",
    .tp_basicsize = sizeof(PyObject),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_getattro = state_get,
    .tp_setattro = state_set,
    .tp_as_number = &state_as_number,
    .tp_new = PyType_GenericNew,
};

/* -- identity ------------------------------------------------------------------------------------------------------- */

static APART int same_int(PyObject *a, PyObject *b)
{
    return a == b || (PyLong_CheckExact(a) && PyLong_CheckExact(b) && PyObject_RichCompareBool(a, b, Py_EQ) == 1);
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

static COLD PyObject *tagged(int tag, PyObject *const *items, Py_ssize_t n)
{
    PyObject *made = PyTuple_New(n + 1);
    if (made == NULL)
        return NULL;
    PyTuple_SET_ITEM(made, 0, PyLong_FromLong(tag));
    for (Py_ssize_t i = 0; i < n; i++) {
        PyObject *part = snapshot(items[i]);
        if (part == NULL) {
            Py_DECREF(made);
            return NULL;
        }
        PyTuple_SET_ITEM(made, i + 1, part);
    }
    return made;
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
    if (IS(value, DataFrame) || IS(value, Series)) {
        PyObject *number = mark(value);
        if (number != NULL || PyErr_Occurred())
            return number;
        return PyObject_CallOneArg(G.snapshot, value);
    }
    if (type == &PyTuple_Type && PyTuple_GET_SIZE(value) <= MOST_ITEMS)
        return tagged(TUPLE, ((PyTupleObject *)value)->ob_item, PyTuple_GET_SIZE(value));
    if (type == &PyDict_Type && PyDict_GET_SIZE(value) == 0)
        return Py_NewRef(no_items);
    if (value == G.no_default)
        return Py_NewRef(G.no_default_atom);
    PyObject *handler = PyDict_GetItemWithError(G.HANDLERS, (PyObject *)type);
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
    if (IS(value, DataFrame) || IS(value, Series))
        its = own(LINEAGE, value);
    else
        its = PyObject_CallOneArg(G.number_of, value);
    if (its == NULL)
        return -1;
    int same = same_int(its, number);
    Py_DECREF(its);
    return same;
}

static int matches_part(PyObject *value, PyObject *part)
{
    PyObject *word = PyTuple_GET_ITEM(part, 0);
    if (word == G.SCALAR) {
        PyTypeObject *type = Py_TYPE(value);
        if (type == &PyLong_Type || type == &PyUnicode_Type || type == &PyFloat_Type)
            return 1;
        return PySet_Contains(G.SCALARS, (PyObject *)type);
    }
    if (word == G.SAME)
        return value == PyTuple_GET_ITEM(part, 1);
    if ((PyObject *)Py_TYPE(value) != PyTuple_GET_ITEM(part, 1))
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

/* The object that ``sys._getframe`` gives, new. */
static COLD PyObject *frame_of(Caller caller)
{
    PyObject *depth = PyLong_FromLong(caller.depth);
    PyObject *frame = depth == NULL ? NULL : PyObject_CallOneArg(G.getframe, depth);
    Py_XDECREF(depth);
    return frame;
}

/* What a function says of a frame; ``before``: its first argument, or NULL. */
static COLD PyObject *told_of(PyObject *function, PyObject *before, Caller caller)
{
    PyObject *frame = frame_of(caller);
    PyObject *answer = frame == NULL     ? NULL
                       : before == NULL ? PyObject_CallOneArg(function, frame)
                                        : PyObject_CallFunctionObjArgs(function, before, frame, NULL);
    Py_XDECREF(frame);
    return answer;
}

/* The Repeat that a call is, counted; NULL if it isn't the latest of its Spot (or with an exception). */
static APART PyObject *repeated(PyObject *spot, PyObject *args, Caller user)
{
    PyObject *repeat = AT(spot, latest);
    if (!IS(repeat, Repeat) || AT(repeat, test) == Py_None)
        return NULL;
    PyObject *whole = AT(repeat, whole);
    if (whole != Py_None && (AT(G.WORLD, fresh) == Py_True || !same_int(whole, AT(G.WORLD, contexts))))
        return NULL;
    Py_INCREF(repeat); /* another thread may begin a cell meanwhile, which forgets it */
    PyObject *key = Py_NewRef(AT(repeat, key));
    int same = matches_all(((PyTupleObject *)args)->ob_item, PyTuple_GET_SIZE(args), key);
    Py_DECREF(key);
    if (same > 0 && AT(spot, outer) != Py_None) {
        PyObject *answer = told_of(G.same_callers, spot, user);
        same = answer == NULL ? -1 : answer == Py_True;
        Py_XDECREF(answer);
    }
    if (same <= 0 || increase(&AT(repeat, count)) < 0) {
        Py_DECREF(repeat);
        return NULL;
    }
    if (AT(G.WORLD, pending) != Py_True)
        put(&AT(G.WORLD, pending), Py_NewRef(Py_True));
    return repeat;
}

/* -- enter ---------------------------------------------------------------------------------------------------------- */

/* Whether an exception is one of ours, which is reported and forgotten. The guard is lowered in any case. */
static COLD int forgiven(void)
{
    guard = 0;
    if (!PyErr_ExceptionMatches(PyExc_Exception))
        return 0;
    PyObject *type, *value, *trace;
    PyErr_Fetch(&type, &value, &trace);
    PyErr_NormalizeException(&type, &value, &trace);
    if (trace != NULL)
        PyException_SetTraceback(value, trace);
    PyObject *done = PyObject_CallOneArg(G.report, value);
    Py_XDECREF(done);
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(trace);
    if (done == NULL && !PyErr_ExceptionMatches(PyExc_Exception))
        return 0;
    PyErr_Clear();
    return 1;
}

static int is_module(PyObject *name)
{
    static PyObject *seen; /* CPython 3.11 has a "<module>" of its own for what it compiles */
    if (name == s_module || name == seen)
        return 1;
    if (PyUnicode_Compare(name, s_module) != 0)
        return 0;
    put(&seen, Py_NewRef(name));
    return 1;
}

/* The run of the calling code by its context, borrowed; NULL if only ``thread.current`` can tell. */
static PyObject *current_run(void)
{
    PyObject *run = NULL;
    if (PyContextVar_Get(G.CURRENT, NULL, &run) < 0 || run == NULL)
        return NULL;
    Py_DECREF(run); /* the context holds it */
    return run == Py_None ? NULL : run;
}

/* Whose code a file holds, -1 if ``caller.classify`` hasn't told yet. What it told never changes. */
static long kind_of(PyObject *filename)
{
    static struct { PyObject *filename; long kind; } latest[8];
    size_t at = ((size_t)filename >> 4) & 7;
    if (latest[at].filename == filename)
        return latest[at].kind;
    PyObject *kind = PyDict_GetItemWithError(G.KINDS, filename);
    if (kind == NULL)
        return -1;
    put(&latest[at].filename, Py_NewRef(filename));
    return latest[at].kind = (long)int_of(kind);
}

/* Go out to the user's frame around libraries' own, as ``caller.caller`` does; 0 if only that can tell. */
static int go_to_user(Caller *caller)
{
    for (; caller->frame != NULL; go_out(caller)) {
        PyCodeObject *code = code_of(*caller);
        long kind = kind_of(code->co_filename);
        if (kind == USER)
            return 1;
        if ((kind != LIBRARY && kind != PANDAS) || (kind == PANDAS && code->co_flags & CO_GENERATOR))
            return 0;
    }
    return 0;
}

/* Whether a call needs nothing but what is done here. */
static int ordinary(long flags, PyObject *run)
{
    if (callback != NULL || run == NULL || AT(G.WORLD, pending) == Py_True || AT(G.WORLD, counting) == Py_True)
        return 0;
    if (flags & (INIT | EXTERNAL_DATA))
        return 0;
    if (flags & (MUTATES | INPLACE) && PyDict_GET_SIZE(G.SHARED))
        return 0;
    return AT(G.WORLD, paused) == Py_False && same_int(run, AT(G.WORLD, run));
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

/* Whether a function that could change its object is told not to. */
static int keeps(PyObject *point, PyObject *args)
{
    Py_ssize_t at = int_of(AT(point, inplace));
    return at >= 0 && at < PyTuple_GET_SIZE(args) && PyTuple_GET_ITEM(args, at) != Py_True;
}

/* The atoms of a record up to the time of entry; NULL without an exception if a function is among the arguments. */
static PyObject *make_record(PyObject *point, PyObject *args, Caller user, PyObject *run, long flags)
{
    Py_ssize_t n = PyTuple_GET_SIZE(args);
    PyCodeObject *code = code_of(user);
    PyObject *outer = is_module(code->co_name) ? Py_NewRef(nothing) : told_of(G.around, NULL, user);
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
    *atom++ = Py_NewRef(zero);
    *atom++ = Py_NewRef(zero);
    *atom++ = Py_NewRef(Py_None);
    Py_SET_SIZE(record, FIRST_ARGUMENT);
    int tuples = 0;
    for (Py_ssize_t i = 0; i < n; i++) {
        PyObject *part = snapshot(PyTuple_GET_ITEM(args, i));
        if (part == NULL) {
            Py_DECREF(record);
            return NULL;
        }
        tuples |= PyTuple_CheckExact(part);
        ((PyListObject *)record)->ob_item[FIRST_ARGUMENT + i] = part;
        Py_SET_SIZE(record, FIRST_ARGUMENT + i + 1);
    }
    if (flags & CALLS_BACK && tuples) {
        PyObject *atoms = PyList_GetSlice(record, FIRST_ARGUMENT, FIRST_ARGUMENT + n);
        PyObject *any = atoms == NULL ? NULL : PyObject_CallOneArg(G.any_function, atoms);
        Py_XDECREF(atoms);
        if (any == NULL || any == Py_True) {
            Py_XDECREF(any);
            Py_DECREF(record);
            return NULL;
        }
        Py_DECREF(any);
    }
    PyObject *started = now();
    if (started == NULL) {
        Py_DECREF(record);
        return NULL;
    }
    ((PyListObject *)record)->ob_item[FIRST_ARGUMENT + n] = started;
    Py_SET_SIZE(record, FIRST_ARGUMENT + n + 1);
    return record;
}

/* The frame that called the instrumented function, whose depth is 1. */
static Caller calling(void)
{
    Caller caller = innermost();
    go_out(&caller);
    return caller;
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
    PyObject *run = current_run(), *record = NULL;
    Caller user = calling();
    if (!learns && !PyErr_Occurred() && ordinary(flags, run) && go_to_user(&user)) {
        meter.records++;
        long long began = begun();
        if (user.depth > 1)
            put(&AT(point, wrapped), Py_NewRef(user.depth == 2 ? Py_True : Py_False));
        if (calls > 0 || PyList_Append(AT(G.WORLD, points), point) == 0)
            record = make_record(point, args, user, run, flags);
        if (record != NULL && increase(&AT(point, calls)) < 0)
            Py_CLEAR(record);
        sample(began);
    }
    let_go(user);
    if (record == NULL && !PyErr_Occurred()) {
        user = calling();
        PyObject *frame = frame_of(user);
        if (frame != NULL)
            record = PyObject_CallFunctionObjArgs(G.record, point, args, frame, NULL);
        Py_XDECREF(frame);
        let_go(user);
    }
    return record;
}

/* The Repeat of a call by the code that calls, or by that around it if the function is wrapped. */
static APART PyObject *counted(PyObject *point, PyObject *args, int *learns)
{
    Caller user = calling();
    if (AT(point, wrapped) == Py_True && user.frame != NULL)
        go_out(&user);
    PyObject *lasti = user.frame == NULL ? NULL : PyLong_FromLong(lasti_of(user));
    PyObject *spot = lasti == NULL ? NULL : Py_XNewRef(PyDict_GetItemWithError(AT(point, spots), lasti)), *found = NULL;
    if (spot != NULL) {
        if (AT(spot, code) == (PyObject *)code_of(user)) {
            found = repeated(spot, args, user);
            if (AT(spot, repeats) == Py_None && AT(spot, outer) == Py_None)
                *learns = 0;
        }
        Py_DECREF(spot);
    }
    Py_XDECREF(lasti);
    let_go(user);
    return found;
}

static PyObject *enter(PyObject *self, Arguments a, Py_ssize_t n)
{
    if (n != 2 || !PyTuple_CheckExact(a[1]) || !IS(a[0], Point)) {
        PyErr_SetString(PyExc_TypeError, "enter takes a Point and a tuple");
        return NULL;
    }
    PyObject *point = a[0], *args = a[1], *token = NULL;
    guard = 1;
    long calls = int_of(AT(point, calls)), cold = int_of(AT(G.WORLD, cold));
    int learns = calls >= cold && AT(point, repeatable) == Py_True;
    if (calls > cold)
        token = counted(point, args, &learns);
    if (token == NULL && !PyErr_Occurred())
        token = entered(point, args, learns, calls);
    if (token == NULL)
        return forgiven() ? Py_NewRef(Py_None) : NULL;
    return token;
}

/* -- leave: what ``identity.describe_frame``, ``describe_series`` and ``outputs`` do --------------------------------- */

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

/* Name of an index, or a tuple of them. */
static PyObject *index_names(PyObject *index)
{
    if (!IS(index, MultiIndex))
        return own(NAME, index);
    PyObject *names = PyObject_GetAttr(index, s_names);
    PyObject *made = names == NULL ? NULL : PySequence_Tuple(names);
    Py_XDECREF(names);
    return made;
}

static COLD Py_ssize_t index_size(PyObject *index)
{
    PyObject *place = IS(index, Index) ? s_data : IS(index, RangeIndex) ? s_range : NULL;
    if (place == NULL)
        return PyObject_Size(index);
    PyObject *data = PyObject_GetAttr(index, place);
    Py_ssize_t size = data == NULL ? -1 : PyObject_Size(data);
    Py_XDECREF(data);
    return size;
}

/* How many rows an index has, new. The latest are kept by ``Index._id``, a bare object that views of one index share. */
static PyObject *rows_in(PyObject *index, PyObject *id)
{
    static struct { PyObject *id, *rows; } latest[8];
    size_t at = ((size_t)id >> 4) & 7;
    if (latest[at].id == id)
        return Py_NewRef(latest[at].rows);
    Py_ssize_t size = index_size(index);
    PyObject *rows = size < 0 ? NULL : PyLong_FromSsize_t(size);
    if (rows != NULL && Py_IS_TYPE(id, &PyBaseObject_Type)) {
        put(&latest[at].rows, Py_NewRef(rows));
        put(&latest[at].id, Py_NewRef(id));
    }
    return rows;
}

/* Number of the labels of a frame's columns, or of a series that may be a row; -1 for none. ``names``: make one. */
static PyObject *labels_number(PyObject *index, PyObject *id, int names)
{
    PyObject *known = Py_XNewRef(PyDict_GetItemWithError(G.labels_of, id));
    if (known != NULL || PyErr_Occurred())
        return known;
    return names ? PyObject_CallOneArg(G.new_labels, index) : Py_NewRef(minus);
}

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
static int may_be_row(PyObject *index, Py_ssize_t rows, PyObject *owner)
{
    if (!(IS(index, Index) || IS(index, MultiIndex)) || rows > MOST_ROW_LABELS)
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

/* As ``identity.dtype_of``, which is asked where the array would keep the answer. */
static PyObject *dtype_of(PyObject *values)
{
    PyTypeObject *type = Py_TYPE(values);
    if (class_of(type)->read[DTYPE - AXES] == NULL) {
        PyObject *descriptor = _PyType_Lookup(type, named[DTYPE]);
        if (descriptor != NULL && (PyObject *)Py_TYPE(descriptor) == G.CachedProperty)
            return PyObject_CallOneArg(G.dtype_of, values);
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
    int row = rows == NULL ? -1 : frame ? 1 : may_be_row(index, int_of(rows), owner);
    if (row < 0)
        goto end;
    number = next_number();
    labelled = number == NULL ? NULL : frame ? own(ID, PyList_GET_ITEM(axes, 0)) : Py_NewRef(id);
    labels = labelled == NULL ? NULL : labels_number(PyList_GET_ITEM(axes, 0), labelled, row);
    names = labels == NULL ? NULL : index_names(index);
    name = names == NULL ? NULL : frame ? Py_NewRef(Py_None) : own(NAME, object);
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

static APART int describe_scalar(PyObject *record, PyObject *value)
{
    PyObject *number = next_number();
    PyObject *name = number == NULL ? NULL : PyObject_GetAttr((PyObject *)Py_TYPE(value), s_type_name);
    PyObject *atoms[8] = {number, number_of_kind[SCALAR_KIND], minus, Py_None, Py_None, name, zero, zero};
    int done = name == NULL || add_all(record, atoms, 8) < 0 ? -1 : 1;
    Py_XDECREF(number);
    Py_XDECREF(name);
    return done;
}

/* The next version of an object that was changed in place. */
static APART int describe_changed(PyObject *record, PyObject *value, PyObject *first)
{
    int indexer = PyObject_IsInstance(first, G.NDFrameIndexerBase);
    if (indexer < 0)
        return -1;
    PyObject *target = indexer ? PyObject_GetAttr(first, s_obj) : Py_NewRef(first);
    int done = target == NULL ? -1 : 0;
    if (done == 0 && value == Py_None && (IS(target, DataFrame) || IS(target, Series))) {
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
    if (flags & MUTATES)
        return describe_changed(record, value, first);
    if (value == Py_None)
        return 1;
    if (IS(value, DataFrame) || IS(value, Series)) {
        PyObject *number = mark(value);
        if (number == NULL)
            return PyErr_Occurred() ? -1 : describe(record, value, zero, first);
        Py_DECREF(number); /* it was there before: an alias */
        return 0;
    }
    int scalar = PySet_Contains(G.PLAIN, (PyObject *)Py_TYPE(value));
    return scalar <= 0 ? scalar : describe_scalar(record, value);
}

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

/* -1 with an exception; 0 if it is beyond us, and the record as it was; 1 if it was written. */
static int written(PyObject *record, PyObject *value, PyObject *first)
{
    Py_ssize_t before = PyList_GET_SIZE(record);
    if (callback != NULL || before <= FIRST_ARGUMENT || PyList_GET_ITEM(record, 1) != G.CALL)
        return 0;
    PyObject *note = PyList_GET_ITEM(record, 0);
    long flags = int_of(AT(PyList_GET_ITEM(record, 3), op_flags));
    if ((note != Py_None && note != KEEPS) || flags & (INIT | EXTERNAL_DATA) || (flags & INPLACE && note != KEEPS))
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
    PyObject *length = PyLong_FromSsize_t(PyList_GET_SIZE(record));
    if (length == NULL || PyList_SetItem(record, 0, length) < 0)
        return -1;
    if (put_down(record) < 0)
        return -1;
    put(&AT(G.WORLD, fresh), Py_NewRef(Py_True));
    sample(began);
    return 1;
}

/* Give what a counted call returned its number. 0: it returned something else than the recorded ones. */
static APART int marked(PyObject *repeat, PyObject *value)
{
    PyObject *result = AT(repeat, result), *type = (PyObject *)Py_TYPE(value);
    if (AT(repeat, remembers) == Py_True)
        return 0;
    if (result == Py_None)
        return PySet_Contains(G.SCALARS, type);
    if (type != result)
        return 0;
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
    int done = repeats ? marked(token, value) : PyList_CheckExact(token) ? written(token, value, first) : 0;
    if (done == 0)
        return PyObject_CallFunctionObjArgs(G.leave, token, value, first, NULL);
    guard = 0;
    if (done < 0 && !forgiven())
        return NULL;
    return Py_NewRef(value);
}

/* -- the module ----------------------------------------------------------------------------------------------------- */

static COLD int check_numbers(PyObject *given)
{
    static const struct { const char *name; long value; } expected[] = {
        {"FRAME", FRAME}, {"SERIES", SERIES}, {"SCALAR_KIND", SCALAR_KIND}, {"LITERAL", LITERAL}, {"LIST", LIST},
        {"TUPLE", TUPLE}, {"DICT", DICT}, {"SLICE", SLICE}, {"INDEXER", INDEXER}, {"INIT", INIT},
        {"MUTATES", MUTATES}, {"CALLS_BACK", CALLS_BACK}, {"EXTERNAL_DATA", EXTERNAL_DATA}, {"INPLACE", INPLACE},
        {"USER", USER}, {"LIBRARY", LIBRARY}, {"PANDAS", PANDAS}, {"FIRST_ARGUMENT", FIRST_ARGUMENT}, {"MOST_TEXT", MOST_TEXT}, {"MOST_ITEMS", MOST_ITEMS},
        {"MOST_BLOCKS", MOST_BLOCKS}, {"MOST_ROW_LABELS", MOST_ROW_LABELS},
    };
    for (size_t i = 0; i < Py_ARRAY_LENGTH(expected); i++) {
        PyObject *value = PyDict_GetItemString(given, expected[i].name);
        if (value == NULL || PyLong_AsLong(value) != expected[i].value) {
            if (!PyErr_Occurred())
                PyErr_Format(PyExc_ValueError, "the compiled hooks were built for another %s", expected[i].name);
            return -1;
        }
    }
    return 0;
}

/* Where objects of ``cls`` keep the slot ``name``. */
static int offset_of(PyObject *cls, const char *name, Offset *offset)
{
    PyObject *member = PyObject_GetAttrString(cls, name);
    if (member == NULL)
        return -1;
    PyMemberDef *slot = Py_IS_TYPE(member, &PyMemberDescr_Type) ? ((PyMemberDescrObject *)member)->d_member : NULL;
    int found = slot != NULL && slot->type == T_OBJECT_EX && slot->offset <= USHRT_MAX;
    if (found)
        *offset = (Offset)slot->offset;
    else
        PyErr_Format(PyExc_TypeError, "%s is no slot", name);
    Py_DECREF(member);
    return found ? 0 : -1;
}

static PyObject *setup(PyObject *self, PyObject *given)
{
    if (!PyDict_Check(given) || check_numbers(given) < 0 || check_places() < 0) {
        if (!PyErr_Occurred())
            PyErr_SetString(PyExc_TypeError, "setup takes a dict");
        return NULL;
    }
    for (size_t i = 0; i < Py_ARRAY_LENGTH(GIVEN); i++) {
        PyObject *object = PyDict_GetItemString(given, GIVEN[i].name);
        if (object == NULL) {
            PyErr_Format(PyExc_KeyError, "%s", GIVEN[i].name);
            return NULL;
        }
        put(GIVEN[i].place, Py_NewRef(object));
    }
    for (size_t i = 0; i < Py_ARRAY_LENGTH(SLOTS); i++)
        if (offset_of(*SLOTS[i].cls, SLOTS[i].name, SLOTS[i].offset) < 0)
            return NULL;
    Py_RETURN_NONE;
}

static PyObject *metered(PyObject *self, PyObject *none)
{
    if (!meter.first)  /* all of them were measured */
        return Py_BuildValue("LLLii", meter.records, meter.records, meter.ns, 0, 0);
    return Py_BuildValue("LLLLL", meter.records, meter.first, meter.first_ns, meter.halves, meter.ns);
}

static PyMethodDef METHODS[] = {
    {"enter", (PyCFunction)(void (*)(void))enter, METH_FASTCALL, "A function was called and the guard is down."},
    {"leave", (PyCFunction)(void (*)(void))leave, METH_FASTCALL, "The function returns a value, which is given back."},
    {"setup", setup, METH_O, "Take what the hooks work with, by name. Raises KeyError, TypeError, ValueError."},
    {"metered", metered, METH_NOARGS, "A meter.Reading."},
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
    for (int i = 0; i <= SCALAR_KIND; i++)
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
