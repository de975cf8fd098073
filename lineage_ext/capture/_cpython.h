/* Where CPython keeps what its API gives out dearly: attributes of instances, and the frames of code that runs.

   ``PyObject_GenericGetAttr`` takes some 170 instructions to find an attribute whose place in the object is known,
   ``sys._getframe`` and ``PyFrame_GetBack`` make objects of frames that are freed at once: a third of what recording
   took. Both are read in place here, as CPython's own specialised instructions do. Versions whose places aren't known
   go by the API: the same functions, the same answers, under the same tests.

   To add a version: what differs in it in ``int_of``, ``values_of``, ``innermost`` and ``code_of``, and its number where
   ``PLACES_KNOWN`` is told.

   Between two records pandas runs some 100 000 instructions, so what a hook touches isn't in the processor's first
   cache any more: fewer lines of code and data count for more than fewer instructions. What is seldom needed is COLD,
   apart from the rest; what is known of a class lies in one line.
*/
#define PY_SSIZE_T_CLEAN
#include <limits.h>
#include <patchlevel.h>

#if PY_VERSION_HEX >= 0x030B0000 && PY_VERSION_HEX < 0x030F0000 && !defined(LINEAGE_BY_API)
#define PLACES_KNOWN 1
#define Py_BUILD_CORE 1 /* before Python.h, or the headers below redefine what is in it */
#include <Python.h>
#include <internal/pycore_dict.h>
#if PY_VERSION_HEX >= 0x030E0000
#include <internal/pycore_interpframe.h>
#else
#include <internal/pycore_frame.h>
#endif
#include <internal/pycore_object.h>
#else
#define PLACES_KNOWN 0
#include <Python.h>
#endif

#if defined(__GNUC__) || defined(__clang__)
#define COLD __attribute__((cold, noinline))
#define APART __attribute__((noinline))
#else
#define COLD
#define APART
#endif

/* As ``kinds.hashes``: whether a look-up by the class runs code of its metaclass's. */
static inline int hashes(PyTypeObject *type)
{
    return Py_TYPE(type)->tp_hash != PyType_Type.tp_hash;
}

/* As ``kinds.among``. */
static inline int is_among(PyObject *known, PyTypeObject *type)
{
    return hashes(type) ? 0 : PySet_Contains(known, (PyObject *)type);
}

/* -- whole numbers ---------------------------------------------------------------------------------------------------- */

/* What ``PyLong_AsLongLong`` gives. */
static inline long long int_of(PyObject *number)
{
#if PLACES_KNOWN && PY_VERSION_HEX >= 0x030C0000
    if (PyLong_CheckExact(number) && PyUnstable_Long_IsCompact((PyLongObject *)number))
        return PyUnstable_Long_CompactValue((PyLongObject *)number);
#elif PLACES_KNOWN
    if (PyLong_CheckExact(number) && (size_t)(Py_SIZE(number) + 1) <= 2)
        return Py_SIZE(number) * (long long)((PyLongObject *)number)->ob_digit[0];
#endif
    return PyLong_AsLongLong(number);
}

/* -- attributes ------------------------------------------------------------------------------------------------------- */

/* The first are instances' own; the others may be read by functions in C, as ``axes`` and ``blocks`` of managers are. */
enum { LINEAGE, MGR, NAME, ID, AXES, BLOCKS, VALUES, DTYPE, LOCS, ATTRIBUTES };

static PyObject *named[ATTRIBUTES]; /* their names */

/* What is known of a class, in one line of the processor's cache. */
typedef struct {
    _Alignas(64) PyTypeObject *type;
    unsigned int version;          /* of the class: it changes with it */
    signed char place[ATTRIBUTES]; /* of an attribute among an instance's values, or UNKNOWN */
    PyGetSetDef *read[ATTRIBUTES - AXES];
} Class;

enum { CLASSES = 128, UNKNOWN = -1 }; /* CPython shares the names of 30 values at most */
static Class classes[CLASSES];

/* Begin to know a class, in the place of another one if need be. */
static COLD Class *new_class(PyTypeObject *type, Class *first, Class *second)
{
    static Class nothing; /* known of classes without a version */
    static int turn;
    (void)_PyType_Lookup(type, named[LINEAGE]); /* gives the class a version */
    Class *class = type->tp_version_tag == 0                   ? &nothing
                   : first->type == NULL || first->type == type ? first
                   : second->type == NULL || (turn ^= 1)        ? second
                                                                : first;
    memset(class, 0, sizeof(Class));
    memset(class->place, UNKNOWN, sizeof(class->place));
    if (class != &nothing) {
        class->type = type;
        class->version = type->tp_version_tag;
    }
    return class;
}

static inline int is_known_as(PyTypeObject *type, Class *class)
{
    return class->type == type && class->version == type->tp_version_tag;
}

static APART Class *other_class(PyTypeObject *type, Class *first)
{
    Class *second = &classes[(first - classes) ^ 1];
    return is_known_as(type, second) ? second : new_class(type, first, second);
}

static inline Class *class_of(PyTypeObject *type)
{
    Class *class = &classes[(size_t)type >> 6 & (CLASSES - 1)];
    return is_known_as(type, class) ? class : other_class(type, class);
}

#if PLACES_KNOWN

/* Where an object has its values, if they aren't in a dict. Only for classes of which a place is known. */
static inline PyDictValues *values_of(PyObject *object)
{
#if PY_VERSION_HEX >= 0x030D0000
    PyDictValues *values = _PyObject_InlineValues(object);
    return values->valid ? values : NULL;
#elif PY_VERSION_HEX >= 0x030C0000
    PyDictOrValues held = *_PyObject_DictOrValuesPointer(object);
    return _PyDictOrValues_IsValues(held) ? _PyDictOrValues_GetValues(held) : NULL;
#else
    return *_PyObject_ValuesPointer(object);
#endif
}

/* Whether its values are in a dict, too. */
static inline int has_dict(PyObject *object)
{
#if PY_VERSION_HEX >= 0x030D0000
    return _PyObject_GetManagedDict(object) != NULL;
#else
    return 0;
#endif
}

/* The place of an attribute in instances of a class; UNKNOWN before the first of them had it. */
static COLD int place_in(PyTypeObject *type, PyObject *name)
{
#if PY_VERSION_HEX >= 0x030D0000
    if (!PyType_HasFeature(type, Py_TPFLAGS_INLINE_VALUES))
        return UNKNOWN;
#else
    if (!PyType_HasFeature(type, Py_TPFLAGS_MANAGED_DICT))
        return UNKNOWN;
#endif
    PyDictKeysObject *keys = ((PyHeapTypeObject *)type)->ht_cached_keys;
    if (keys == NULL || !DK_IS_UNICODE(keys))
        return UNKNOWN;
    for (Py_ssize_t i = 0; i < keys->dk_nentries && i <= SCHAR_MAX; i++)
        if (DK_UNICODE_ENTRIES(keys)[i].me_key == name)
            return (int)i;
    return UNKNOWN;
}

/* Find out where instances of a class have an attribute. */
static COLD void learn(Class *class, int attribute)
{
    PyTypeObject *type = class->type;
    PyObject *of_class = type == NULL ? NULL : _PyType_Lookup(type, named[attribute]); /* borrowed */
    if (type != NULL && (of_class == NULL || Py_TYPE(of_class)->tp_descr_set == NULL)) /* a property goes first */
        class->place[attribute] = (signed char)place_in(type, named[attribute]);
}

/* Where an object has the attribute; NULL if that isn't known. */
static APART PyObject **place_of(int attribute, PyObject *object)
{
    Class *class = class_of(Py_TYPE(object));
    if (class->place[attribute] == UNKNOWN) {
        learn(class, attribute);
        return NULL;
    }
    PyDictValues *values = values_of(object);
    return values == NULL ? NULL : values->values + class->place[attribute];
}

/* What ``PyObject_GenericGetAttr`` gives, new. */
static APART PyObject *own(int attribute, PyObject *object)
{
    PyObject **place = place_of(attribute, object);
    return place != NULL && *place != NULL ? Py_NewRef(*place) : PyObject_GenericGetAttr(object, named[attribute]);
}

/* The same, or NULL without an exception if only the class may have it. */
static inline PyObject *only_own(int attribute, PyObject *object)
{
    PyObject **place = place_of(attribute, object);
    return place != NULL ? Py_XNewRef(*place) : PyObject_GenericGetAttr(object, named[attribute]);
}

/* What ``PyObject_GenericSetAttr`` does. */
static int set_own(int attribute, PyObject *object, PyObject *value)
{
    PyObject **place = place_of(attribute, object);
    if (place == NULL || *place != NULL || has_dict(object))
        return PyObject_GenericSetAttr(object, named[attribute], value);
    PyDictValues *values = values_of(object);
    *place = Py_NewRef(value);
    _PyDictValues_AddToInsertionOrder(values, place - values->values);
    return 0;
}

#else

static inline PyObject *only_own(int attribute, PyObject *object)
{
    return PyObject_GenericGetAttr(object, named[attribute]);
}

static inline int set_own(int attribute, PyObject *object, PyObject *value)
{
    return PyObject_GenericSetAttr(object, named[attribute], value);
}

static inline PyObject *own(int attribute, PyObject *object)
{
    return PyObject_GenericGetAttr(object, named[attribute]);
}

#endif

/* One that a function in C may read: finding out which one takes half of what such an attribute costs. */
static COLD PyObject *found_by(Class *class, int attribute, PyObject *object)
{
    PyTypeObject *type = Py_TYPE(object);
    if (type->tp_getattro != PyObject_GenericGetAttr)
        return PyObject_GetAttr(object, named[attribute]);
    PyObject *of_class = _PyType_Lookup(type, named[attribute]);
    if (of_class != NULL && Py_IS_TYPE(of_class, &PyGetSetDescr_Type) && class->type != NULL)
        class->read[attribute - AXES] = ((PyGetSetDescrObject *)of_class)->d_getset;
    return own(attribute, object);
}

static PyObject *attribute_of(int attribute, PyObject *object)
{
    Class *class = class_of(Py_TYPE(object));
    PyGetSetDef *read = class->read[attribute - AXES];
    if (read != NULL)
        return read->get(object, read->closure);
#if PLACES_KNOWN
    PyDictValues *values = class->place[attribute] == UNKNOWN ? NULL : values_of(object);
    if (values != NULL && values->values[(int)class->place[attribute]] != NULL)
        return Py_NewRef(values->values[(int)class->place[attribute]]);
#endif
    return found_by(class, attribute, object);
}

/* -- frames --------------------------------------------------------------------------------------------------------- */

/* A frame of Python code around the hook: ``depth`` 0 is the instrumented function's. Only valid while the hook runs. */
#if PLACES_KNOWN

typedef struct {
    _PyInterpreterFrame *frame;
    long depth;
} Caller;

static inline _PyInterpreterFrame *complete(_PyInterpreterFrame *frame)
{
    while (frame != NULL && _PyFrame_IsIncomplete(frame))
        frame = frame->previous;
    return frame;
}

static inline void go_out(Caller *caller)
{
    caller->frame = complete(caller->frame->previous);
    caller->depth++;
}

/* The instrumented function's. */
static inline Caller innermost(void)
{
#if PY_VERSION_HEX >= 0x030D0000
    return (Caller){complete(PyThreadState_Get()->current_frame), 0};
#else
    return (Caller){complete(PyThreadState_Get()->cframe->current_frame), 0};
#endif
}

static inline PyCodeObject *code_of(Caller caller) /* borrowed */
{
#if PY_VERSION_HEX >= 0x030D0000
    return _PyFrame_GetCode(caller.frame);
#else
    return caller.frame->f_code;
#endif
}

static inline int lasti_of(Caller caller)
{
    return _PyInterpreterFrame_LASTI(caller.frame) * (int)sizeof(_Py_CODEUNIT);
}

static inline Caller again(Caller caller)
{
    return caller;
}

static inline void let_go(Caller caller) {}

#else

typedef struct {
    PyFrameObject *frame;
    long depth;
} Caller;

static inline void go_out(Caller *caller)
{
    Py_SETREF(caller->frame, PyFrame_GetBack(caller->frame));
    caller->depth++;
}

static inline Caller innermost(void)
{
    return (Caller){PyThreadState_GetFrame(PyThreadState_Get()), 0};
}

static inline PyCodeObject *code_of(Caller caller) /* borrowed: the frame has it */
{
    PyCodeObject *code = PyFrame_GetCode(caller.frame);
    Py_DECREF(code);
    return code;
}

static inline int lasti_of(Caller caller)
{
    return PyFrame_GetLasti(caller.frame);
}

/* Another one of the same frame, to be let go, too. */
static inline Caller again(Caller caller)
{
    Py_XINCREF(caller.frame);
    return caller;
}

static inline void let_go(Caller caller)
{
    Py_XDECREF(caller.frame);
}

#endif

/* -- whether they are the places -------------------------------------------------------------------------------------- */

static int same_numbers(void)
{
    static const long long tried[] = {0, 1, -1, 1000, (1 << 30) - 1, 1 << 30, -(1 << 30), 1LL << 62};
    int same = 1;
    for (size_t i = 0; i < Py_ARRAY_LENGTH(tried); i++) {
        PyObject *number = PyLong_FromLongLong(tried[i]);
        same &= number != NULL && int_of(number) == tried[i];
        Py_XDECREF(number);
    }
    return same;
}

/* The same by the API and in place, for an object made to see it; -1 with ValueError if not. */
static int check_places(void)
{
    PyObject *name = named[LINEAGE];
    PyObject *cls = PyObject_CallFunction((PyObject *)&PyType_Type, "s(O){}", "Probe", (PyObject *)&PyBaseObject_Type);
    PyObject *object = cls == NULL ? NULL : PyObject_CallNoArgs(cls), *dict = NULL, *wanted = NULL;
    PyObject *other = cls == NULL ? NULL : PyObject_CallNoArgs(cls);
    int same = -1;
    if (object == NULL || other == NULL || PyObject_SetAttrString(other, "first", Py_None) < 0 ||
        PyObject_SetAttr(other, name, Py_None) < 0 || PyObject_SetAttrString(object, "first", Py_True) < 0)
        goto end;
    for (int i = 0; i < 2; i++) { /* the second time in place */
        PyObject *found = own(LINEAGE, other), *missing = only_own(LINEAGE, object);
        same = found == Py_None && missing == NULL;
        PyErr_Clear();
        Py_XDECREF(found);
        Py_XDECREF(missing);
    }
    if (same != 1 || set_own(LINEAGE, object, Py_False) < 0)
        goto end;
    dict = PyObject_GenericGetDict(object, NULL);
    wanted = Py_BuildValue("{s:O,O:O}", "first", Py_True, name, Py_False);
    same = dict == NULL || wanted == NULL ? -1 : PyObject_RichCompareBool(dict, wanted, Py_EQ);
    PyFrameObject *frame = PyThreadState_GetFrame(PyThreadState_Get());
    PyCodeObject *code = frame == NULL ? NULL : PyFrame_GetCode(frame);
    Caller caller = innermost();
    same = same == 1 && frame != NULL && caller.frame != NULL && code == code_of(caller) &&
           PyFrame_GetLasti(frame) == lasti_of(caller) && same_numbers();
    let_go(caller);
    Py_XDECREF(code);
    Py_XDECREF(frame);
end:
    Py_XDECREF(cls);
    Py_XDECREF(object);
    Py_XDECREF(other);
    Py_XDECREF(dict);
    Py_XDECREF(wanted);
    if (same == 1)
        return 0;
    if (!PyErr_Occurred())
        PyErr_SetString(PyExc_ValueError, "the compiled hooks were built for a CPython that keeps attributes elsewhere");
    return -1;
}
