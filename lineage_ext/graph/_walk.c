/* The walks of closure.py in C: which slots of which datasets reach a dataset, or are reached from it.
 *
 * The same answers as Closure's own walks give (tests/graph runs both), some ten times as fast: a question about one
 * column of 100 000 operations on frames of ten columns takes 0.1 s even where no two operations are alike.
 *
 * A load is what of one dataset takes part: for each slot its ways, of which there is at most one for each kind
 * (transformation, whether masking), the surest. A doubt is a confidence with its reason, as one number. Operations are
 * passed in order of their rows, up from the last or down from the first; a load is freed once it was passed on.
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdint.h>

#define HOWS 9
#define KINDS (2 * HOWS) /* HOWS unmasked, then HOWS masking ones */
#define SURES 3
#define ARRAYS 9
#define MOST_REASONS (UINT16_MAX / SURES)
#define ENDS 1 /* ways aren't followed beyond this dataset */
#define TOLD 2 /* it belongs to the answer, if it is reached */
#define LATE 4 /* it was read before it was made */
#define SIZES 8   /* tables of 4 to 512 places are used again */
#define SPARE 32
#define SLOTS_A_DATASET 100 /* looking at so many takes as long as passing a dataset */
#define BREATH 1023 /* operations after which other threads and an interrupt have their turn */

typedef struct {
    int32_t slot;
    uint32_t kinds; /* bits; none: this place of the table is empty */
    uint16_t doubt[KINDS];
} Ways;

typedef struct {
    Ways *places; /* open addressing, a power of two */
    uint32_t size, used;
} Load;

typedef struct {
    const uint8_t *kind; /* kind before → kind after */
    uint16_t doubt;
} Step;

typedef struct {
    Py_buffer buffers[ARRAYS];
    int held;
    const int32_t *producer, *use, *map, *reads, *wrote, *read, *reader, *earlier, *written; /* see tables.py */
    Py_ssize_t rows, operations;
    PyObject *maps, *how, *sure, *blocks;
    int forward;
    Load *loads;    /* of each dataset */
    uint8_t *marks; /* of each dataset: bits of the following */
    PyObject *reasons, *numbers; /* a list; a dict: reason → its place in the list */
    Ways *spare[SIZES][SPARE];
    int spares[SIZES];
    uint8_t after[KINDS][KINDS]; /* [the step's kind][the kind before] → the kind of both */
    Py_ssize_t visited, slots; /* datasets passed; slots of blocks looked at */
    int changed; /* whether a load came to have more, or surer ways */
} Walk;

/* -- loads ------------------------------------------------------------------------------------------------------ */

static uint32_t spread(int32_t slot) { return ((uint32_t)slot * 2654435769u) >> 7; }

static Ways *find(const Load *load, int32_t slot)
{
    if (load->size == 0)
        return NULL;
    uint32_t at = spread(slot) & (load->size - 1);
    while (load->places[at].kinds != 0) {
        if (load->places[at].slot == slot)
            return &load->places[at];
        at = (at + 1) & (load->size - 1);
    }
    return NULL;
}

static Ways *vacant(Load *load, int32_t slot)
{
    uint32_t at = spread(slot) & (load->size - 1);
    while (load->places[at].kinds != 0)
        at = (at + 1) & (load->size - 1);
    load->places[at].slot = slot;
    return &load->places[at];
}

/* Which of the spare tables a size belongs to; SIZES for none. */
static int spare_of(uint32_t size)
{
    int at = __builtin_ctz(size) - 2;
    return at < SIZES ? at : SIZES;
}

static Ways *table(Walk *walk, uint32_t size)
{
    int at = spare_of(size);
    if (at == SIZES || walk->spares[at] == 0)
        return calloc(size, sizeof(Ways));
    Ways *places = walk->spare[at][--walk->spares[at]];
    for (uint32_t i = 0; i < size; i++)
        places[i].kinds = 0;
    return places;
}

static void drop(Walk *walk, Load *load)
{
    int at = load->size ? spare_of(load->size) : SIZES;
    if (at < SIZES && walk->spares[at] < SPARE)
        walk->spare[at][walk->spares[at]++] = load->places;
    else
        free(load->places);
    *load = (Load){NULL, 0, 0};
}

/* Gives a load room for more, `size` being the least. */
static int grow(Walk *walk, Load *load, uint32_t size)
{
    Load larger = {table(walk, size), size, load->used};
    if (larger.places == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    for (uint32_t i = 0; i < load->size; i++)
        if (load->places[i].kinds != 0)
            *vacant(&larger, load->places[i].slot) = load->places[i];
    drop(walk, load);
    *load = larger;
    return 0;
}

/* The ways of a slot, to be added to; the caller gives them a kind at once. */
static Ways *ways_of(Walk *walk, Load *load, int32_t slot)
{
    Ways *found = find(load, slot);
    if (found != NULL)
        return found;
    if (4 * (load->used + 1) > 3 * load->size && grow(walk, load, load->size ? 2 * load->size : 4) < 0)
        return NULL;
    load->used++;
    return vacant(load, slot);
}

/* -- doubts ----------------------------------------------------------------------------------------------------- */

/* SURES times the place of the reason, and the place of the confidence in `sure`. */
static int doubt_of(Walk *walk, int unsure, PyObject *reason)
{
    if (PyUnicode_GET_LENGTH(reason) == 0)
        return unsure; /* the first of the reasons */
    PyObject *known = PyDict_GetItemWithError(walk->numbers, reason);
    if (known != NULL)
        return (int)PyLong_AsLong(known) * SURES + unsure;
    Py_ssize_t place = PyList_GET_SIZE(walk->reasons);
    if (PyErr_Occurred())
        return -1;
    if (place >= MOST_REASONS) {
        PyErr_Format(PyExc_OverflowError, "more than %d reasons", MOST_REASONS);
        return -1;
    }
    PyObject *number = PyLong_FromSsize_t(place);
    int done = number == NULL ? -1 : PyDict_SetItem(walk->numbers, reason, number);
    Py_XDECREF(number);
    if (done < 0 || PyList_Append(walk->reasons, reason) < 0)
        return -1;
    return (int)place * SURES + unsure;
}

static int surer(const Walk *walk, uint16_t a, uint16_t b)
{
    if (a % SURES != b % SURES || a == b)
        return a % SURES < b % SURES;
    return PyUnicode_Compare(PyList_GET_ITEM(walk->reasons, a / SURES), PyList_GET_ITEM(walk->reasons, b / SURES)) < 0;
}

/* -- steps ------------------------------------------------------------------------------------------------------ */

static int place_in(PyObject *members, PyObject *member)
{
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(members); i++)
        if (PyTuple_GET_ITEM(members, i) == member)
            return (int)i;
    PyErr_Format(PyExc_ValueError, "%R is not one of %R", member, members);
    return -1;
}

static int add(Walk *walk, Load *to, int32_t slot, const Ways *come, const Step *step)
{
    Ways *there = ways_of(walk, to, slot);
    if (there == NULL)
        return -1;
    if (there->kinds == 0 && step->doubt % SURES == 0 && step->kind == walk->after[0]) { /* values as they are */
        *there = *come;
        there->slot = slot;
        walk->changed = 1;
        return 0;
    }
    for (uint32_t left = come->kinds; left != 0; left &= left - 1) {
        int before = __builtin_ctz(left), after = step->kind[before];
        uint16_t doubt = come->doubt[before];
        if (step->doubt % SURES > doubt % SURES)
            doubt = step->doubt;
        if (there->kinds & 1u << after && !surer(walk, doubt, there->doubt[after]))
            continue;
        there->doubt[after] = doubt;
        there->kinds |= 1u << after;
        walk->changed = 1;
    }
    return 0;
}

static int slot_at(PyObject *slots, Py_ssize_t i, int32_t *slot)
{
    long value = PyLong_AsLong(PySequence_Fast_GET_ITEM(slots, i));
    if (value == -1 && PyErr_Occurred())
        return -1;
    *slot = (int32_t)value;
    return 0;
}

static int cross_all(Walk *walk, const Load *from, Load *to, PyObject *ours, PyObject *theirs, const Step *step)
{
    Load together = {NULL, 0, 0};
    Step as_is = {walk->after[0], 0}; /* IDENTITY, EXACT */
    int32_t slot;
    int done = 0, changed = walk->changed; /* by `to`, not by what is gathered */
    for (Py_ssize_t i = 0; done == 0 && i < PySequence_Fast_GET_SIZE(ours); i++) {
        done = slot_at(ours, i, &slot);
        Ways *come = done == 0 ? find(from, slot) : NULL;
        if (come != NULL)
            done = add(walk, &together, 0, come, step);
    }
    walk->changed = changed;
    for (Py_ssize_t i = 0; done == 0 && together.used && i < PySequence_Fast_GET_SIZE(theirs); i++) {
        done = slot_at(theirs, i, &slot);
        if (done == 0)
            done = add(walk, to, slot, find(&together, 0), &as_is);
    }
    drop(walk, &together);
    return done;
}

static int cross_pairs(Walk *walk, const Load *from, Load *to, PyObject *ours, PyObject *theirs, const Step *step)
{
    if (PySequence_Fast_GET_SIZE(ours) != PySequence_Fast_GET_SIZE(theirs)) {
        PyErr_SetString(PyExc_ValueError, "a block pairs unlike numbers of slots");
        return -1;
    }
    for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(ours); i++) {
        int32_t slot, other;
        if (slot_at(ours, i, &slot) < 0)
            return -1;
        Ways *come = find(from, slot);
        if (come != NULL && (slot_at(theirs, i, &other) < 0 || add(walk, to, other, come, step) < 0))
            return -1;
    }
    return 0;
}

/* Passes a load over one block (a model.Block) to the load at its other end. */
static int pass(Walk *walk, PyObject *block, const Load *from, Load *to)
{
    int how = place_in(walk->how, PyTuple_GET_ITEM(block, 4));
    int unsure = place_in(walk->sure, PyTuple_GET_ITEM(block, 5));
    int crosses = PyObject_IsTrue(PyTuple_GET_ITEM(block, 6)), masks = PyObject_IsTrue(PyTuple_GET_ITEM(block, 8));
    PyObject *reason = PyTuple_GET_ITEM(block, 7);
    if (how < 0 || unsure < 0 || crosses < 0 || masks < 0)
        return -1;
    if (!PyUnicode_Check(reason)) {
        PyErr_SetString(PyExc_TypeError, "the reason of a block is a str");
        return -1;
    }
    int doubt = doubt_of(walk, unsure, reason);
    if (doubt < 0 || (to->size == 0 && grow(walk, to, from->size) < 0))
        return -1;
    Step step = {walk->after[how + HOWS * masks], (uint16_t)doubt};
    PyObject *ours = PySequence_Fast(PyTuple_GET_ITEM(block, walk->forward ? 3 : 2), "slots are a sequence");
    PyObject *theirs = PySequence_Fast(PyTuple_GET_ITEM(block, walk->forward ? 2 : 3), "slots are a sequence");
    int done = -1;
    walk->slots += ours == NULL ? 0 : PySequence_Fast_GET_SIZE(ours);
    if (ours != NULL && theirs != NULL)
        done = (crosses ? cross_all : cross_pairs)(walk, from, to, ours, theirs, &step);
    Py_XDECREF(ours);
    Py_XDECREF(theirs);
    return done;
}

/* The blocks of an operation's column map; a new reference. */
static PyObject *blocks_of(Walk *walk, int32_t operation)
{
    PyObject *blocks = PyObject_GetAttr(PyList_GET_ITEM(walk->maps, walk->map[operation]), walk->blocks);
    if (blocks != NULL && !PyTuple_Check(blocks)) {
        PyErr_SetString(PyExc_TypeError, "the blocks of a column map are a tuple");
        Py_CLEAR(blocks);
    }
    return blocks;
}

/* The rows of what a block leads from and to, in `made` and `source`. */
static int rows_of(Walk *walk, PyObject *block, int32_t operation, int32_t *made, int32_t *source)
{
    if (!PyTuple_Check(block) || PyTuple_GET_SIZE(block) < 9) {
        PyErr_SetString(PyExc_TypeError, "a block has nine parts");
        return -1;
    }
    long output = PyLong_AsLong(PyTuple_GET_ITEM(block, 0)), input = PyLong_AsLong(PyTuple_GET_ITEM(block, 1));
    int32_t wrote = walk->wrote[operation], read = walk->reads[operation];
    if (output < 0 || input < 0 || output >= walk->wrote[operation + 1] - wrote ||
        input >= walk->reads[operation + 1] - read) {
        if (!PyErr_Occurred())
            PyErr_SetString(PyExc_IndexError, "a block names an input or output its operation hasn't");
        return -1;
    }
    *made = walk->written[wrote + output];
    *source = walk->read[read + input];
    return 0;
}

static int breathe(Py_ssize_t passed)
{
    if (passed & BREATH)
        return 0;
    PyThreadState *state = PyEval_SaveThread();
    PyEval_RestoreThread(state);
    return PyErr_CheckSignals();
}

/* -- up --------------------------------------------------------------------------------------------------------- */

static int32_t higher(int32_t a, int32_t b) { return a > b ? a : b; }

/* Passes what one operation made to its inputs, and marks the makers of those in `todo`. Returns the highest of them, -1
 * for none, -2 for an error. */
static int32_t up_over(Walk *walk, int32_t maker, int32_t start, uint8_t *todo)
{
    PyObject *blocks = blocks_of(walk, maker);
    int32_t highest = blocks == NULL ? -2 : -1, row, other;
    for (Py_ssize_t i = 0; highest > -2 && i < PyTuple_GET_SIZE(blocks); i++) {
        PyObject *block = PyTuple_GET_ITEM(blocks, i);
        if (rows_of(walk, block, maker, &row, &other) < 0) {
            highest = -2;
            break;
        }
        Load *from = &walk->loads[row], *to = &walk->loads[other];
        if (from->used == 0 || walk->producer[row] != maker || (walk->marks[row] & ENDS && row != start) || from == to)
            continue;
        if (pass(walk, block, from, to) < 0)
            highest = -2;
        else if (to->used != 0 && (walk->producer[other] < 0 || walk->marks[other] & ENDS))
            walk->marks[other] |= TOLD;
        else if (to->used != 0) {
            todo[walk->producer[other]] = 1;
            highest = higher(highest, walk->producer[other]);
        }
    }
    Py_XDECREF(blocks);
    for (int32_t at = walk->wrote[maker]; at < walk->wrote[maker + 1]; at++) {
        row = walk->written[at];
        if (walk->loads[row].used != 0 && walk->producer[row] == maker && !(walk->marks[row] & TOLD)) {
            walk->visited++;
            drop(walk, &walk->loads[row]);
        }
    }
    return highest;
}

static int up(Walk *walk, int32_t start)
{
    uint8_t *todo = calloc((size_t)walk->operations + 1, 1);
    if (todo == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    int32_t at = walk->producer[start], highest = -1;
    if (at >= 0)
        todo[at] = 1;
    for (; at >= 0 && highest != -2; at = higher(at - 1, highest)) { /* higher: what was read before it was made */
        highest = -1;
        if (todo[at]) {
            todo[at] = 0;
            highest = breathe(at) < 0 ? -2 : up_over(walk, at, start, todo);
        }
    }
    free(todo);
    return highest == -2 ? -1 : 0;
}

/* -- down ------------------------------------------------------------------------------------------------------- */

/* The first operation that reads a dataset. */
static int32_t first_reader(const Walk *walk, int32_t row)
{
    int32_t found = INT32_MAX;
    for (int32_t use = walk->use[row]; use >= 0; use = walk->earlier[use])
        if (walk->reader[use] < found)
            found = walk->reader[use];
    return found;
}

/* Passes what reaches an operation to what it made. Returns the operation to go on with, -1 for an error. */
static int32_t down_over(Walk *walk, int32_t reader, int32_t start)
{
    const int32_t *source = walk->read + walk->reads[reader];
    int32_t inputs = walk->reads[reader + 1] - walk->reads[reader], next = reader + 1, row, other, i = 0;
    while (i < inputs && walk->loads[source[i]].used == 0)
        i++;
    if (i == inputs)
        return next;
    PyObject *blocks = blocks_of(walk, reader);
    if (blocks == NULL)
        return -1;
    for (Py_ssize_t k = 0; next >= 0 && k < PyTuple_GET_SIZE(blocks); k++) {
        PyObject *block = PyTuple_GET_ITEM(blocks, k);
        if (rows_of(walk, block, reader, &other, &row) < 0) {
            next = -1;
            break;
        }
        Load *from = &walk->loads[row], *to = &walk->loads[other];
        int unused = walk->use[other] < 0 && !(walk->marks[other] & TOLD);
        if (from->used == 0 || walk->producer[other] != reader || (walk->marks[row] & ENDS && row != start) || unused ||
            from == to)
            continue;
        walk->changed = 0;
        if (pass(walk, block, from, to) < 0)
            next = -1;
        else if (walk->changed && walk->marks[other] & LATE) {
            int32_t again = first_reader(walk, other);
            next = again < next ? again : next;
        }
    }
    Py_DECREF(blocks);
    for (i = 0; i < inputs; i++) {
        int32_t last = walk->use[source[i]];
        int stays = walk->marks[source[i]] & (TOLD | LATE);
        if (walk->loads[source[i]].used != 0 && walk->reader[last] == reader && !stays) {
            walk->visited++;
            drop(walk, &walk->loads[source[i]]);
        }
    }
    return next;
}

static int down(Walk *walk, int32_t start)
{
    for (int32_t at = 0; at < walk->operations && at >= 0;) {
        at = breathe(at) < 0 ? -1 : down_over(walk, at, start);
        if (at < 0)
            return -1;
    }
    drop(walk, &walk->loads[start]); /* it isn't told that it reaches itself */
    return 0;
}

/* -- the answer ------------------------------------------------------------------------------------------------- */

static PyObject *items_of(Walk *walk, const Load *load)
{
    PyObject *items = PyList_New(0);
    for (uint32_t i = 0; items != NULL && i < load->size; i++) {
        const Ways *ways = &load->places[i];
        for (uint32_t left = ways->kinds; items != NULL && left != 0; left &= left - 1) {
            int kind = __builtin_ctz(left);
            uint16_t doubt = ways->doubt[kind];
            PyObject *item = Py_BuildValue(
                "iOOOO", ways->slot, PyTuple_GET_ITEM(walk->how, kind % HOWS),
                PyTuple_GET_ITEM(walk->sure, doubt % SURES), PyList_GET_ITEM(walk->reasons, doubt / SURES),
                kind < HOWS ? Py_False : Py_True);
            if (item == NULL || PyList_Append(items, item) < 0)
                Py_CLEAR(items);
            Py_XDECREF(item);
        }
    }
    if (items != NULL && PyList_Sort(items) < 0)
        Py_CLEAR(items);
    return items;
}

static PyObject *answer(Walk *walk)
{
    PyObject *found = PyDict_New();
    for (Py_ssize_t row = 0; found != NULL && row < walk->rows; row++) {
        if (!(walk->marks[row] & TOLD) || walk->loads[row].used == 0)
            continue;
        PyObject *key = PyLong_FromSsize_t(row), *items = items_of(walk, &walk->loads[row]);
        if (key == NULL || items == NULL || PyDict_SetItem(found, key, items) < 0)
            Py_CLEAR(found);
        Py_XDECREF(key);
        Py_XDECREF(items);
    }
    return found == NULL ? NULL : Py_BuildValue("Nn", found, walk->visited + walk->slots / SLOTS_A_DATASET);
}

/* -- what is asked ---------------------------------------------------------------------------------------------- */

/* Kinds of two steps in a row, from `then[nearer the source][nearer the target]`. */
static int compose(Walk *walk, PyObject *then)
{
    for (int a = 0; a < HOWS; a++)
        for (int b = 0; b < HOWS; b++) {
            PyObject *line = PyTuple_GetItem(then, walk->forward ? b : a);
            PyObject *both = line == NULL ? NULL : PyTuple_GetItem(line, walk->forward ? a : b);
            long how = both == NULL ? -1 : PyLong_AsLong(both);
            if (how < 0 || how >= HOWS)
                return -1;
            for (int masks = 0; masks < 2; masks++)
                for (int masked = 0; masked < 2; masked++)
                    walk->after[a + HOWS * masks][b + HOWS * masked] = (uint8_t)(how + HOWS * (masks || masked));
        }
    return 0;
}

/* Marks the datasets whose rows a set holds. */
static int mark(Walk *walk, PyObject *rows, uint8_t bits)
{
    PyObject *each = PyObject_GetIter(rows), *row;
    while (each != NULL && (row = PyIter_Next(each)) != NULL) {
        Py_ssize_t at = PyLong_AsSsize_t(row);
        Py_DECREF(row);
        if (at >= 0 && at < walk->rows)
            walk->marks[at] |= bits;
    }
    Py_XDECREF(each);
    return PyErr_Occurred() ? -1 : 0;
}

static int begin(Walk *walk)
{
    walk->loads = calloc((size_t)walk->rows, sizeof(Load));
    walk->marks = calloc((size_t)walk->rows, 1);
    walk->blocks = PyUnicode_InternFromString("blocks");
    walk->reasons = PyList_New(0);
    walk->numbers = PyDict_New();
    if (walk->loads == NULL || walk->marks == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    PyObject *none = PyUnicode_FromString("");
    int done = walk->blocks && walk->reasons && walk->numbers && none ? PyList_Append(walk->reasons, none) : -1;
    Py_XDECREF(none);
    return done;
}

static int ask(Walk *walk, Py_ssize_t start, PyObject *slots)
{
    if (start < 0 || start >= walk->rows) {
        PyErr_Format(PyExc_IndexError, "no dataset %zd", start);
        return -1;
    }
    PyObject *asked = PySequence_Fast(slots, "slots are a sequence");
    int done = asked == NULL ? -1 : 0;
    for (Py_ssize_t i = 0; done == 0 && i < PySequence_Fast_GET_SIZE(asked); i++) {
        int32_t slot;
        Ways *ways = slot_at(asked, i, &slot) < 0 ? NULL : ways_of(walk, &walk->loads[start], slot);
        if (ways == NULL)
            done = -1;
        else
            ways->kinds = 1; /* IDENTITY, the first of `how`; its doubt is 0: EXACT */
    }
    Py_XDECREF(asked);
    return done;
}

static void end(Walk *walk)
{
    for (Py_ssize_t row = 0; walk->loads != NULL && row < walk->rows; row++)
        free(walk->loads[row].places);
    for (int at = 0; at < SIZES; at++)
        while (walk->spares[at] > 0)
            free(walk->spare[at][--walk->spares[at]]);
    free(walk->loads);
    free(walk->marks);
    for (int i = 0; i < walk->held; i++)
        PyBuffer_Release(&walk->buffers[i]);
    Py_XDECREF(walk->blocks);
    Py_XDECREF(walk->reasons);
    Py_XDECREF(walk->numbers);
}

static int hold(Walk *walk, PyObject *arrays)
{
    const int32_t **fields[ARRAYS] = {&walk->producer, &walk->use,  &walk->map,    &walk->reads,  &walk->wrote,
                                      &walk->read,     &walk->reader, &walk->earlier, &walk->written};
    for (int i = 0; i < ARRAYS; i++) {
        PyObject *array = PyTuple_GetItem(arrays, i);
        if (array == NULL || PyObject_GetBuffer(array, &walk->buffers[i], PyBUF_SIMPLE) < 0)
            return -1;
        walk->held++;
        *fields[i] = walk->buffers[i].buf;
    }
    walk->rows = walk->buffers[0].len / (Py_ssize_t)sizeof(int32_t);
    walk->operations = walk->buffers[2].len / (Py_ssize_t)sizeof(int32_t);
    return 0;
}

PyDoc_STRVAR(far_ends_doc,
             "far_ends(arrays, maps, words, external, late, start, slots, forward, through)\n--\n\n"
             "({row of a dataset: items of its load}, effort in datasets passed): where the ways to some slots of the dataset\n"
             "`start` begin, or forward the external ones that they reach. `arrays`: int32, in the order of `hold`;\n"
             "`words`: the members of Transformation and Confidence and how two transformations compose.\n"
             "OverflowError: there are too many reasons; the walk in Python has no such bound.");

static PyObject *far_ends(PyObject *module, PyObject *args)
{
    Walk walk = {.held = 0};
    PyObject *arrays, *then, *external, *late, *slots, *found = NULL;
    Py_ssize_t start;
    int through;
    if (!PyArg_ParseTuple(args, "O!O!(O!O!O!)OOnOpp", &PyTuple_Type, &arrays, &PyList_Type, &walk.maps, &PyTuple_Type,
                          &walk.how, &PyTuple_Type, &walk.sure, &PyTuple_Type, &then, &external, &late, &start, &slots,
                          &walk.forward, &through))
        return NULL;
    uint8_t marks = (walk.forward ? TOLD : 0) | (through ? 0 : ENDS);
    if (hold(&walk, arrays) == 0 && begin(&walk) == 0 && compose(&walk, then) == 0 &&
        mark(&walk, external, marks) == 0 && mark(&walk, late, LATE) == 0 && ask(&walk, start, slots) == 0 &&
        (walk.forward ? down : up)(&walk, (int32_t)start) == 0)
        found = answer(&walk);
    end(&walk);
    return found;
}

static PyMethodDef methods[] = {{"far_ends", far_ends, METH_VARARGS, far_ends_doc}, {NULL, NULL, 0, NULL}};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "_walk", "Walks over a lineage graph in C.", -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__walk(void)
{
    PyObject *module = PyModule_Create(&definition);
    if (module != NULL && PyModule_AddStringConstant(module, "SOURCE_DIGEST", SOURCE_DIGEST) < 0)
        Py_CLEAR(module);
    return module;
}
