/* Where CPython keeps what its API gives out dearly: attributes of instances, and the frames of code that runs.

   ``PyObject_GenericGetAttr`` takes some 170 instructions to find an attribute whose place in the object is known,
   ``sys._getframe`` and ``PyFrame_GetBack`` make objects of frames that are freed at once: a third of what recording
   took. Both are read in place here, as CPython's own specialised instructions do. Versions whose places aren't known
   go by the API: the same functions, the same answers, under the same tests.

   To add a version: what differs in it in ``values_of``, ``innermost`` and ``code_of``, and its number where ``PLACES_KNOWN``
   is told.
*/
#define PY_SSIZE_T_CLEAN
#include <patchlevel.h>

#if PY_VERSION_HEX >= 0x030B0000 && PY_VERSION_HEX < 0x030E0000 && !defined(LINEAGE_BY_API)
#define PLACES_KNOWN 1
#define Py_BUILD_CORE 1 /* before Python.h, or the headers below redefine what is in it */
#include <Python.h>
#include <internal/pycore_dict.h>
#include <internal/pycore_frame.h>
#include <internal/pycore_object.h>
#else
#define PLACES_KNOWN 0
#include <Python.h>
#endif

/* -- attributes of instances ---------------------------------------------------------------------------------------- */

enum { PLACES = 4 }; /* classes that are known at a time */

typedef struct {
    PyTypeObject *type;
    unsigned int version; /* of the class: it changes with it */
    void *keys;
    Py_ssize_t place;
} Place;

/* An attribute that instances of a few classes have of their own. */
typedef struct {
    PyObject **name;
    Place known[PLACES];
    unsigned int next;
} Own;

#if PLACES_KNOWN

/* Where an object has its values, if they aren't in a dict. */
static inline PyDictValues *values_of(PyObject *object)
{
#if PY_VERSION_HEX >= 0x030D0000
    if (!PyType_HasFeature(Py_TYPE(object), Py_TPFLAGS_INLINE_VALUES) || !_PyObject_InlineValues(object)->valid)
        return NULL;
    return _PyObject_InlineValues(object);
#else
    if (!PyType_HasFeature(Py_TYPE(object), Py_TPFLAGS_MANAGED_DICT))
        return NULL;
#if PY_VERSION_HEX >= 0x030C0000
    PyDictOrValues held = *_PyObject_DictOrValuesPointer(object);
    return _PyDictOrValues_IsValues(held) ? _PyDictOrValues_GetValues(held) : NULL;
#else
    return *_PyObject_ValuesPointer(object);
#endif
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

static int is_valid(Place *place, PyTypeObject *type)
{
    return place->type == type && place->version == type->tp_version_tag &&
           place->keys == ((PyHeapTypeObject *)type)->ht_cached_keys;
}

static void learn_place(Own *attribute, PyTypeObject *type)
{
    PyObject *name = *attribute->name;
    PyDictKeysObject *keys = ((PyHeapTypeObject *)type)->ht_cached_keys;
    PyObject *of_class = _PyType_Lookup(type, name); /* borrowed; it gives the class a version, too */
    if (keys == NULL || !DK_IS_UNICODE(keys) || type->tp_version_tag == 0 ||
        (of_class != NULL && Py_TYPE(of_class)->tp_descr_set != NULL)) /* a property goes first */
        return;
    for (Py_ssize_t i = 0; i < keys->dk_nentries; i++)
        if (DK_UNICODE_ENTRIES(keys)[i].me_key == name)
            attribute->known[attribute->next++ % PLACES] = (Place){type, type->tp_version_tag, keys, i};
}

/* Whether the place in objects of a class is known. */
static inline int is_placed(Own *attribute, PyTypeObject *type)
{
    for (int i = 0; i < PLACES; i++)
        if (is_valid(&attribute->known[i], type))
            return 1;
    return 0;
}

/* Where an object has the attribute; NULL if that isn't known. */
static inline PyObject **place_of(Own *attribute, PyObject *object)
{
    PyTypeObject *type = Py_TYPE(object);
    PyDictValues *values = values_of(object);
    if (values == NULL)
        return NULL;
    for (int i = 0; i < PLACES; i++)
        if (is_valid(&attribute->known[i], type))
            return values->values + attribute->known[i].place;
    learn_place(attribute, type);
    return NULL;
}

/* What ``PyObject_GenericGetAttr`` gives, new. */
static inline PyObject *own(Own *attribute, PyObject *object)
{
    PyObject **place = place_of(attribute, object);
    return place != NULL && *place != NULL ? Py_NewRef(*place) : PyObject_GenericGetAttr(object, *attribute->name);
}

/* The same, or NULL without an exception if only the class may have it. */
static inline PyObject *only_own(Own *attribute, PyObject *object)
{
    PyObject **place = place_of(attribute, object);
    return place != NULL ? Py_XNewRef(*place) : PyObject_GenericGetAttr(object, *attribute->name);
}

/* What ``PyObject_GenericSetAttr`` does. */
static inline int set_own(Own *attribute, PyObject *object, PyObject *value)
{
    PyObject **place = place_of(attribute, object);
    if (place == NULL || *place != NULL || has_dict(object))
        return PyObject_GenericSetAttr(object, *attribute->name, value);
    PyDictValues *values = values_of(object);
    *place = Py_NewRef(value);
    _PyDictValues_AddToInsertionOrder(values, place - values->values);
    return 0;
}

#else

static inline int is_placed(Own *attribute, PyTypeObject *type)
{
    return 0;
}

static inline PyObject *only_own(Own *attribute, PyObject *object)
{
    return PyObject_GenericGetAttr(object, *attribute->name);
}

static inline int set_own(Own *attribute, PyObject *object, PyObject *value)
{
    return PyObject_GenericSetAttr(object, *attribute->name, value);
}

static inline PyObject *own(Own *attribute, PyObject *object)
{
    return PyObject_GenericGetAttr(object, *attribute->name);
}

#endif

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

static inline void let_go(Caller caller)
{
    Py_XDECREF(caller.frame);
}

#endif

/* -- whether they are the places -------------------------------------------------------------------------------------- */

/* The same by the API and in place, for an object made to see it; -1 with ValueError if not. */
static int check_places(void)
{
    static PyObject *name;
    static Own probe = {&name};
    PyObject *cls = PyObject_CallFunction((PyObject *)&PyType_Type, "s(O){}", "Probe", (PyObject *)&PyBaseObject_Type);
    PyObject *object = cls == NULL ? NULL : PyObject_CallNoArgs(cls), *dict = NULL, *wanted = NULL;
    PyObject *other = cls == NULL ? NULL : PyObject_CallNoArgs(cls);
    int same = -1;
    if (object == NULL || other == NULL || (name == NULL && (name = PyUnicode_InternFromString("second")) == NULL) ||
        PyObject_SetAttrString(other, "first", Py_None) < 0 || PyObject_SetAttr(other, name, Py_None) < 0 ||
        PyObject_SetAttrString(object, "first", Py_True) < 0)
        goto end;
    for (int i = 0; i < 2; i++) { /* the second time in place */
        PyObject *found = own(&probe, other), *missing = only_own(&probe, object);
        same = found == Py_None && missing == NULL;
        PyErr_Clear();
        Py_XDECREF(found);
        Py_XDECREF(missing);
    }
    if (same != 1 || set_own(&probe, object, Py_False) < 0)
        goto end;
    dict = PyObject_GenericGetDict(object, NULL);
    wanted = Py_BuildValue("{s:O,s:O}", "first", Py_True, "second", Py_False);
    same = dict == NULL || wanted == NULL ? -1 : PyObject_RichCompareBool(dict, wanted, Py_EQ);
    PyFrameObject *frame = PyThreadState_GetFrame(PyThreadState_Get());
    PyCodeObject *code = frame == NULL ? NULL : PyFrame_GetCode(frame);
    Caller caller = innermost();
    same = same == 1 && frame != NULL && caller.frame != NULL && code == code_of(caller) &&
           PyFrame_GetLasti(frame) == lasti_of(caller);
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
