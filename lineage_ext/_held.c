/* Reads files under /proc with Python's lock held, and samples memory without ever having it (resources.py, sampler.py).
 *
 * Python gives its lock up for each read. Where another thread computes, it is then without it for up to 4 ms, for a
 * number that is there after 1 µs; and a thread that reads it twenty times a second takes the lock from the user's
 * code twenty times.
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define MOST 4096 /* bytes of a file */
#define BLOCK 512LL /* bytes; getrusage counts I/O in these */
#define ROOM 64   /* samples that wait */
#define SECOND 1000000000LL

PyDoc_STRVAR(read_doc, "read(fd, size)\n--\n\nUp to `size` bytes (at most 4096) from the beginning of the file. OSError.");

static PyObject *read_held(PyObject *module, PyObject *args)
{
    char text[MOST];
    int fd;
    Py_ssize_t size;
    if (!PyArg_ParseTuple(args, "in", &fd, &size))
        return NULL;
    ssize_t n = pread(fd, text, size < 0 ? 0 : size > MOST ? MOST : (size_t)size, 0);
    return n < 0 ? PyErr_SetFromErrno(PyExc_OSError) : PyBytes_FromStringAndSize(text, n);
}

/* Resident bytes: the second number of statm. 0 if it can't be read. */
static int64_t resident(int fd, int64_t page)
{
    char text[128];
    ssize_t n = pread(fd, text, sizeof text - 1, 0);
    if (n <= 0)
        return 0;
    text[n] = 0;
    char *second;
    strtoll(text, &second, 10);
    return strtoll(second, NULL, 10) * page;
}

PyDoc_STRVAR(usage_doc, "usage(fd)\n--\n\n"
                        "(resident bytes by `fd`, which is /proc/self/statm; the most there were, and bytes read from and\n"
                        "written to storage, by getrusage; those of children that ended, too). OSError.");

static PyObject *usage(PyObject *module, PyObject *fd)
{
    struct rusage own, ended;
    int statm = (int)PyLong_AsLong(fd);
    if (statm == -1 && PyErr_Occurred())
        return NULL;
    int64_t rss = resident(statm, sysconf(_SC_PAGESIZE));
    if (rss == 0 || getrusage(RUSAGE_SELF, &own) != 0 || getrusage(RUSAGE_CHILDREN, &ended) != 0)
        return PyErr_SetFromErrno(PyExc_OSError);
    return Py_BuildValue("LLLL", (long long)rss, own.ru_maxrss * 1024LL, (own.ru_inblock + ended.ru_inblock) * BLOCK,
                         (own.ru_oublock + ended.ru_oublock) * BLOCK);
}

/* -- samples ------------------------------------------------------------------------------------------------------- */
typedef struct {
    int64_t at, rss;
} Sample;

typedef struct {
    PyObject_HEAD
    pthread_mutex_t lock; /* never held by one that waits for Python's lock */
    pthread_cond_t bell; /* samples are wanted again, or it is to stop */
    pthread_cond_t full; /* a batch is there, or it is to stop */
    pthread_t thread;
    int64_t interval; /* ns */
    int64_t page;     /* bytes */
    int fd;           /* of /proc/self/statm */
    int batch, patience;
    int started, wanted, idle, asleep, stopped;
    int first, used; /* of `ring` */
    Sample ring[ROOM];
} Watch;

static int64_t monotonic(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * SECOND + now.tv_nsec;
}

/* Wait an interval, or for good where nobody has wanted samples for a while; till somebody does. With the lock. */
static void rest(Watch *self)
{
    if (self->idle > self->patience) {
        self->asleep = 1;
        while (self->asleep && !self->stopped)
            pthread_cond_wait(&self->bell, &self->lock);
        self->idle = 0;
    }
    int64_t due = monotonic() + self->interval;
    struct timespec until = {due / SECOND, due % SECOND};
    while (!self->stopped && pthread_cond_timedwait(&self->bell, &self->lock, &until) == 0)
        ;
}

/* With the lock, which it gives up to read. */
static void sample(Watch *self)
{
    pthread_mutex_unlock(&self->lock);
    long long at = monotonic(); /* before: C may evaluate the parts of an initializer in any order */
    Sample now = {at, resident(self->fd, self->page)};
    pthread_mutex_lock(&self->lock);
    if (now.rss == 0)
        return;
    if (self->used == ROOM) { /* Python's lock hasn't been to be had for long */
        self->first = (self->first + 1) % ROOM;
        self->used--;
    }
    self->ring[(self->first + self->used++) % ROOM] = now;
}

/* The thread that samples. It has nothing to do with Python: what holds its lock for long doesn't hold this one up. */
static void *work(void *watch)
{
    Watch *self = watch;
    pthread_mutex_lock(&self->lock);
    while (!self->stopped) {
        rest(self);
        self->idle = self->wanted ? 0 : self->idle + 1;
        if (self->wanted && !self->stopped)
            sample(self);
        if (self->used >= self->batch)
            pthread_cond_broadcast(&self->full);
    }
    pthread_mutex_unlock(&self->lock);
    return NULL;
}

/* Signals are the user's: no thread of ours takes one. */
static int start(Watch *self)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int problem = pthread_create(&self->thread, NULL, work, self);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return problem;
}

PyDoc_STRVAR(run_doc, "run()\n--\n\nWait for a batch of samples; False once it was stopped. For one thread, which lets\n"
                      "them be taken from its first call on. RuntimeError: there can be no other thread.");

static PyObject *run(Watch *self, PyObject *unused)
{
    int stopped;
    if (!self->started && start(self) != 0) {
        PyErr_SetString(PyExc_RuntimeError, "can't start new thread");
        return NULL;
    }
    self->started = 1;
    Py_BEGIN_ALLOW_THREADS
    pthread_mutex_lock(&self->lock);
    while (!self->stopped && self->used < self->batch)
        pthread_cond_wait(&self->full, &self->lock);
    stopped = self->stopped;
    pthread_mutex_unlock(&self->lock);
    if (stopped)
        pthread_join(self->thread, NULL);
    Py_END_ALLOW_THREADS
    return PyBool_FromLong(!stopped);
}

PyDoc_STRVAR(drain_doc, "drain()\n--\n\nThe samples since, as (ns of time.perf_counter_ns, resident bytes).");

static PyObject *drain(Watch *self, PyObject *unused)
{
    Sample taken[ROOM];
    int used;
    pthread_mutex_lock(&self->lock);
    for (used = 0; used < self->used; used++)
        taken[used] = self->ring[(self->first + used) % ROOM];
    self->used = 0;
    pthread_mutex_unlock(&self->lock);
    PyObject *found = PyList_New(used);
    for (int i = 0; found != NULL && i < used; i++) {
        PyObject *pair = Py_BuildValue("LL", (long long)taken[i].at, (long long)taken[i].rss);
        if (pair == NULL)
            Py_CLEAR(found);
        else
            PyList_SET_ITEM(found, i, pair);
    }
    return found;
}

PyDoc_STRVAR(want_doc, "want(wanted)\n--\n\nWhether samples are to be taken.");

static PyObject *want(Watch *self, PyObject *wanted)
{
    pthread_mutex_lock(&self->lock);
    self->wanted = wanted == Py_True;
    if (self->wanted && self->asleep) {
        self->asleep = 0;
        pthread_cond_broadcast(&self->bell);
    }
    pthread_mutex_unlock(&self->lock);
    Py_RETURN_NONE;
}

PyDoc_STRVAR(stop_doc, "stop()\n--\n\nHave `run` end at once.");

static PyObject *stop(Watch *self, PyObject *unused)
{
    pthread_mutex_lock(&self->lock);
    self->stopped = 1;
    pthread_cond_broadcast(&self->bell);
    pthread_cond_broadcast(&self->full);
    pthread_mutex_unlock(&self->lock);
    Py_RETURN_NONE;
}

PyDoc_STRVAR(watch_doc, "Watch(fd, interval, batch, patience)\n--\n\n"
                        "Samples of the memory told by `fd` (/proc/self/statm), every `interval` ns while they are wanted.\n"
                        "`run` comes back with each `batch` of them; unwanted for `patience` intervals it falls asleep.");

static PyObject *watch_new(PyTypeObject *type, PyObject *args, PyObject *keywords)
{
    int fd, batch, patience;
    long long interval;
    if (!PyArg_ParseTuple(args, "iLii", &fd, &interval, &batch, &patience))
        return NULL;
    Watch *self = (Watch *)type->tp_alloc(type, 0);
    if (self == NULL)
        return NULL;
    pthread_condattr_t clock;
    pthread_condattr_init(&clock);
    pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
    pthread_cond_init(&self->bell, &clock);
    pthread_condattr_destroy(&clock);
    pthread_cond_init(&self->full, NULL);
    pthread_mutex_init(&self->lock, NULL);
    self->fd = fd;
    self->interval = interval;
    self->page = sysconf(_SC_PAGESIZE);
    self->batch = batch < ROOM ? batch : ROOM;
    self->patience = patience;
    return (PyObject *)self;
}

static void watch_free(Watch *self) /* nobody is in `run`, which comes back when the thread has ended */
{
    pthread_cond_destroy(&self->full);
    pthread_cond_destroy(&self->bell);
    pthread_mutex_destroy(&self->lock);
    Py_TYPE(self)->tp_free((PyObject *)self);
}

static PyMethodDef watch_methods[] = {
    {"run", (PyCFunction)run, METH_NOARGS, run_doc},
    {"drain", (PyCFunction)drain, METH_NOARGS, drain_doc},
    {"want", (PyCFunction)want, METH_O, want_doc},
    {"stop", (PyCFunction)stop, METH_NOARGS, stop_doc},
    {NULL, NULL, 0, NULL},
};

static PyTypeObject watch_type = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "lineage_ext._held.Watch",
    .tp_basicsize = sizeof(Watch),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_doc = watch_doc,
    .tp_new = watch_new,
    .tp_dealloc = (destructor)watch_free,
    .tp_methods = watch_methods,
};

static PyMethodDef methods[] = {
    {"read", read_held, METH_VARARGS, read_doc},
    {"usage", usage, METH_O, usage_doc},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "_held", "Memory of this process, with Python's lock held or without it.", -1, methods,
    NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__held(void)
{
    PyObject *module = PyType_Ready(&watch_type) < 0 ? NULL : PyModule_Create(&definition);
    if (module != NULL && PyModule_AddObjectRef(module, "Watch", (PyObject *)&watch_type) < 0)
        Py_CLEAR(module);
    if (module != NULL && PyModule_AddStringConstant(module, "SOURCE_DIGEST", SOURCE_DIGEST) < 0)
        Py_CLEAR(module);
    return module;
}
