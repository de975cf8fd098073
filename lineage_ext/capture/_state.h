/* What a thread knows: whether the guard is up, and the innermost user function that pandas runs. The hooks are methods
   of it, so that what ipyparallel or cloudpickle make of an instrumented function's code has nothing of ours in it.
*/

#ifdef __GLIBC__ /* others refuse it in libraries that are loaded late; without it each read is a call */
#define THREAD_LOCAL _Thread_local __attribute__((tls_model("initial-exec")))
#else
#define THREAD_LOCAL _Thread_local
#endif

typedef PyObject *const *Arguments;

static THREAD_LOCAL int guard;           /* STATE.d */
static THREAD_LOCAL PyObject *callback;  /* STATE.callback, NULL for None */

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

static PyObject *enter(PyObject *self, Arguments a, Py_ssize_t n);
static PyObject *leave(PyObject *self, Arguments a, Py_ssize_t n);
static PyObject *failed(PyObject *self, Arguments a, size_t n, PyObject *names);

/* Called it is ``failed``: CPython 3.11 counts the call of a method as one of the recursion's, of which none is left in
   the function where a RecursionError begins. */
typedef struct {
    PyObject_HEAD
    vectorcallfunc call;
} State;

static PyObject *state_new(PyTypeObject *type, PyObject *args, PyObject *names)
{
    PyObject *self = PyType_GenericNew(type, args, names);
    if (self != NULL)
        ((State *)self)->call = failed;
    return self;
}

/* What it is where the code of an instrumented function was pickled to: its guard is up, its methods aren't called. */
static PyObject *state_reduce(PyObject *self, PyObject *none)
{
    PyObject *types = PyImport_ImportModule("types");
    PyObject *cls = types == NULL ? NULL : PyObject_GetAttrString(types, "SimpleNamespace");
    Py_XDECREF(types);
    return cls == NULL ? NULL
                       : Py_BuildValue("N(){s:O,s:O,s:O}", cls, "d", Py_True, "enter", Py_None, "leave", Py_None);
}

static PyMethodDef STATE_METHODS[] = {
    {"enter", (PyCFunction)(void (*)(void))enter, METH_FASTCALL, "A function was called and the guard is down."},
    {"leave", (PyCFunction)(void (*)(void))leave, METH_FASTCALL, "The function returns a value, which is given back."},
    {"__reduce__", state_reduce, METH_NOARGS, NULL},
    {NULL},
};

static int state_bool(PyObject *self)
{
    return guard;
}

static PyNumberMethods state_as_number = {.nb_bool = state_bool};

static PyTypeObject StateType = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "lineage_ext.capture._hooks.State",
    .tp_doc = "What a thread knows: ``d`` is the guard, which is its own truth, too; ``callback`` the innermost user "
              "function that pandas runs; called, it is ``failed``.",
    .tp_basicsize = sizeof(State),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_VECTORCALL,
    .tp_vectorcall_offset = offsetof(State, call),
    .tp_call = PyVectorcall_Call,
    .tp_getattro = state_get,
    .tp_setattro = state_set,
    .tp_as_number = &state_as_number,
    .tp_methods = STATE_METHODS,
    .tp_new = state_new,
};
