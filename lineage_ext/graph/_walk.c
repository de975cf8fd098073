/* The walks of closure.py in C: which slots of which datasets reach a dataset, or are reached from it.
 *
 * The same answers as Closure's own walks give (tests/graph runs both), some twenty times as fast: a question about one
 * column of 100 000 operations on frames of ten columns takes 30 ms even where no two operations are alike.
 *
 * Column maps are read once, when they are new, into numbers that lie one after another (Codes): read anew from their
 * Python objects, which lie all over the memory, a walk over maps that are all different takes three times as long.
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

/* A block in numbers. Its targets follow, then its sources, unless these are the same. */
typedef struct {
    int32_t output, input, targets, sources; /* the latter: how many */
    uint16_t doubt;
    uint8_t kind, form;
} Code;

#define CROSS 1 /* every target comes from every source */
#define SAME 2  /* its sources are its targets */
#define WORDS (Py_ssize_t)(sizeof(Code) / sizeof(int32_t))

typedef struct {
    PyObject_HEAD
    int32_t *words;      /* codes and slots of all maps in order */
    Py_ssize_t used, room;
    Py_ssize_t *starts;  /* of each map, and one more: where it begins in `words` */
    Py_ssize_t maps, places;
    PyObject *how, *sure, *reasons, *numbers; /* two tuples of members; a list; a dict: reason → its place in the list */
} Codes;

typedef struct {
    Py_buffer buffers[ARRAYS];
    int held;
    const int32_t *producer, *use, *map, *reads, *wrote, *read, *reader, *earlier, *written; /* see tables.py */
    Py_ssize_t rows, operations;
    const Codes *codes;
    int forward;
    Load *loads;    /* of each dataset */
    uint8_t *marks; /* of each dataset: bits of the following */
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

/* -- column maps in numbers ------------------------------------------------------------------------------------- */

/* SURES times the place of the reason, and the place of the confidence in `sure`. */
static int doubt_of(Codes *codes, int unsure, PyObject *reason)
{
    if (!PyUnicode_Check(reason)) {
        PyErr_SetString(PyExc_TypeError, "the reason of a block is a str");
        return -1;
    }
    PyObject *known = PyDict_GetItemWithError(codes->numbers, reason);
    if (known != NULL)
        return (int)PyLong_AsLong(known) * SURES + unsure;
    Py_ssize_t place = PyList_GET_SIZE(codes->reasons);
    if (PyErr_Occurred())
        return -1;
    if (place >= MOST_REASONS) {
        PyErr_Format(PyExc_OverflowError, "more than %d reasons", MOST_REASONS);
        return -1;
    }
    PyObject *number = PyLong_FromSsize_t(place);
    int done = number == NULL ? -1 : PyDict_SetItem(codes->numbers, reason, number);
    Py_XDECREF(number);
    if (done < 0 || PyList_Append(codes->reasons, reason) < 0)
        return -1;
    return (int)place * SURES + unsure;
}

static int place_in(PyObject *members, PyObject *member)
{
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(members); i++)
        if (PyTuple_GET_ITEM(members, i) == member)
            return (int)i;
    PyErr_Format(PyExc_ValueError, "%R is not one of %R", member, members);
    return -1;
}

static int number_of(PyObject *number, int32_t *to)
{
    long value = PyLong_AsLong(number);
    if (value == -1 && PyErr_Occurred())
        return -1;
    if (value < INT32_MIN || value > INT32_MAX) {
        PyErr_SetString(PyExc_OverflowError, "a slot has at most 31 bits");
        return -1;
    }
    *to = (int32_t)value;
    return 0;
}

/* Room for `more` words behind those there are. */
static int extend(Codes *codes, Py_ssize_t more)
{
    if (codes->used + more <= codes->room)
        return 0;
    Py_ssize_t room = codes->room + codes->room / 4 + more + 64;
    int32_t *words = PyMem_Realloc(codes->words, (size_t)room * sizeof(int32_t));
    if (words == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    codes->words = words;
    codes->room = room;
    return 0;
}

static int put_slots(Codes *codes, PyObject *slots)
{
    Py_ssize_t count = PySequence_Fast_GET_SIZE(slots);
    if (extend(codes, count) < 0)
        return -1;
    for (Py_ssize_t i = 0; i < count; i++)
        if (number_of(PySequence_Fast_GET_ITEM(slots, i), &codes->words[codes->used++]) < 0)
            return -1;
    return 0;
}

static int same(const int32_t *words, Py_ssize_t count)
{
    for (Py_ssize_t i = 0; i < count; i++)
        if (words[i] != words[count + i])
            return 0;
    return 1;
}

/* Targets and sources of a block, whose code lies at `at`. */
static int put_ends(Codes *codes, Py_ssize_t at, PyObject *block)
{
    PyObject *targets = PySequence_Fast(PyTuple_GET_ITEM(block, 2), "slots are a sequence");
    PyObject *sources = targets ? PySequence_Fast(PyTuple_GET_ITEM(block, 3), "slots are a sequence") : NULL;
    int done = sources == NULL || put_slots(codes, targets) < 0 || put_slots(codes, sources) < 0 ? -1 : 0;
    if (done == 0) {
        Code *code = (Code *)(codes->words + at);
        code->targets = (int32_t)PySequence_Fast_GET_SIZE(targets);
        code->sources = (int32_t)PySequence_Fast_GET_SIZE(sources);
        if (code->targets == code->sources && same(codes->words + at + WORDS, code->targets)) {
            code->form |= SAME;
            codes->used -= code->sources;
        }
    }
    Py_XDECREF(targets);
    Py_XDECREF(sources);
    return done;
}

/* Adds one block (a model.Block). */
static int put_block(Codes *codes, PyObject *block)
{
    if (!PyTuple_Check(block) || PyTuple_GET_SIZE(block) < 9) {
        PyErr_SetString(PyExc_TypeError, "a block has nine parts");
        return -1;
    }
    int how = place_in(codes->how, PyTuple_GET_ITEM(block, 4)), unsure = place_in(codes->sure, PyTuple_GET_ITEM(block, 5));
    int crosses = PyObject_IsTrue(PyTuple_GET_ITEM(block, 6)), masks = PyObject_IsTrue(PyTuple_GET_ITEM(block, 8));
    if (how < 0 || unsure < 0 || crosses < 0 || masks < 0)
        return -1;
    int doubt = doubt_of(codes, unsure, PyTuple_GET_ITEM(block, 7));
    Code code = {.doubt = (uint16_t)doubt, .kind = (uint8_t)(how + HOWS * masks), .form = crosses ? CROSS : 0};
    if (doubt < 0 || number_of(PyTuple_GET_ITEM(block, 0), &code.output) < 0 ||
        number_of(PyTuple_GET_ITEM(block, 1), &code.input) < 0 || extend(codes, WORDS) < 0)
        return -1;
    Py_ssize_t at = codes->used;
    memcpy(codes->words + at, &code, sizeof code);
    codes->used += WORDS;
    return put_ends(codes, at, block);
}

/* Adds a model.ColumnMap. */
static int put_map(Codes *codes, PyObject *map)
{
    if (codes->maps + 2 > codes->places) {
        Py_ssize_t places = codes->places + codes->places / 4 + 64;
        Py_ssize_t *starts = PyMem_Realloc(codes->starts, (size_t)places * sizeof(Py_ssize_t));
        if (starts == NULL) {
            PyErr_NoMemory();
            return -1;
        }
        codes->starts = starts;
        codes->places = places;
    }
    codes->starts[codes->maps] = codes->used;
    PyObject *blocks = PyObject_GetAttrString(map, "blocks");
    int done = blocks == NULL ? -1 : 0;
    if (done == 0 && !PyTuple_Check(blocks)) {
        PyErr_SetString(PyExc_TypeError, "the blocks of a column map are a tuple");
        done = -1;
    }
    for (Py_ssize_t i = 0; done == 0 && i < PyTuple_GET_SIZE(blocks); i++)
        done = put_block(codes, PyTuple_GET_ITEM(blocks, i));
    Py_XDECREF(blocks);
    if (done == 0)
        codes->starts[++codes->maps] = codes->used;
    else
        codes->used = codes->starts[codes->maps]; /* as if it hadn't been tried */
    return done;
}

static int catch_up(Codes *codes, PyObject *maps)
{
    while (codes->maps < PyList_GET_SIZE(maps)) {
        PyObject *map = Py_NewRef(PyList_GET_ITEM(maps, codes->maps));
        int done = put_map(codes, map);
        Py_DECREF(map);
        if (done < 0)
            return -1;
    }
    return 0;
}

static PyObject *codes_add(PyObject *self, PyObject *maps)
{
    if (!PyList_Check(maps)) {
        PyErr_SetString(PyExc_TypeError, "column maps are a list");
        return NULL;
    }
    return catch_up((Codes *)self, maps) < 0 ? NULL : Py_NewRef(Py_None);
}

static PyObject *codes_new(PyTypeObject *type, PyObject *args, PyObject *named)
{
    PyObject *how, *sure;
    if (!PyArg_ParseTuple(args, "O!O!", &PyTuple_Type, &how, &PyTuple_Type, &sure))
        return NULL;
    Codes *codes = (Codes *)type->tp_alloc(type, 0);
    if (codes == NULL)
        return NULL;
    codes->how = Py_NewRef(how);
    codes->sure = Py_NewRef(sure);
    codes->reasons = PyList_New(0);
    codes->numbers = PyDict_New();
    PyObject *none = PyUnicode_FromString(""); /* the first of the reasons: its doubts are the bare confidences */
    int done = codes->reasons && codes->numbers && none ? doubt_of(codes, 0, none) : -1;
    Py_XDECREF(none);
    if (done < 0)
        Py_CLEAR(codes);
    return (PyObject *)codes;
}

static void codes_free(PyObject *self)
{
    Codes *codes = (Codes *)self;
    PyMem_Free(codes->words);
    PyMem_Free(codes->starts);
    Py_XDECREF(codes->how);
    Py_XDECREF(codes->sure);
    Py_XDECREF(codes->reasons);
    Py_XDECREF(codes->numbers);
    Py_TYPE(self)->tp_free(self);
}

static PyMethodDef codes_methods[] = {
    {"add", codes_add, METH_O, "add(maps)\n--\n\nReads those of a list of column maps that it hasn't read yet."},
    {NULL, NULL, 0, NULL}};

static PyTypeObject codes_type = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "lineage_ext.graph._walk.Codes",
    .tp_basicsize = sizeof(Codes),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_doc = "Codes(how, sure)\n--\n\nColumn maps in numbers; the members of Transformation and of Confidence.",
    .tp_new = codes_new,
    .tp_dealloc = codes_free,
    .tp_methods = codes_methods,
};

/* -- steps ------------------------------------------------------------------------------------------------------ */

static int surer(const Walk *walk, uint16_t a, uint16_t b)
{
    if (a % SURES != b % SURES || a == b)
        return a % SURES < b % SURES;
    return PyUnicode_Compare(PyList_GET_ITEM(walk->codes->reasons, a / SURES), PyList_GET_ITEM(walk->codes->reasons, b / SURES)) < 0;
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

/* One end of a block. */
typedef struct {
    const int32_t *slots;
    int32_t count;
} End;

static int cross_all(Walk *walk, const Load *from, Load *to, End ours, End theirs, const Step *step)
{
    Load together = {NULL, 0, 0};
    Step as_is = {walk->after[0], 0}; /* IDENTITY, EXACT */
    int done = 0, changed = walk->changed; /* by `to`, not by what is gathered */
    for (int32_t i = 0; done == 0 && i < ours.count; i++) {
        Ways *come = find(from, ours.slots[i]);
        if (come != NULL)
            done = add(walk, &together, 0, come, step);
    }
    walk->changed = changed;
    for (int32_t i = 0; done == 0 && together.used && i < theirs.count; i++)
        done = add(walk, to, theirs.slots[i], find(&together, 0), &as_is);
    drop(walk, &together);
    return done;
}

static int cross_pairs(Walk *walk, const Load *from, Load *to, End ours, End theirs, const Step *step)
{
    if (ours.count != theirs.count) {
        PyErr_SetString(PyExc_ValueError, "a block pairs unlike numbers of slots");
        return -1;
    }
    for (int32_t i = 0; i < ours.count; i++) {
        Ways *come = find(from, ours.slots[i]);
        if (come != NULL && add(walk, to, theirs.slots[i], come, step) < 0)
            return -1;
    }
    return 0;
}

/* Passes a load over one block to the load at its other end. */
static int pass(Walk *walk, const Code *code, const Load *from, Load *to)
{
    if (to->size == 0 && grow(walk, to, from->size) < 0)
        return -1;
    const int32_t *slots = (const int32_t *)code + WORDS;
    End targets = {slots, code->targets};
    End sources = {code->form & SAME ? slots : slots + code->targets, code->sources};
    End ours = walk->forward ? sources : targets, theirs = walk->forward ? targets : sources;
    Step step = {walk->after[code->kind], code->doubt};
    walk->slots += ours.count;
    return (code->form & CROSS ? cross_all : cross_pairs)(walk, from, to, ours, theirs, &step);
}

/* The blocks of an operation's column map: from the first, up to `end`. */
static const Code *blocks_of(const Walk *walk, int32_t operation, const Code **end)
{
    const Py_ssize_t *start = walk->codes->starts + walk->map[operation];
    *end = (const Code *)(walk->codes->words + start[1]);
    return (const Code *)(walk->codes->words + start[0]);
}

static const Code *after(const Code *code)
{
    int32_t slots = code->targets + (code->form & SAME ? 0 : code->sources);
    return (const Code *)((const int32_t *)code + WORDS + slots);
}

/* The rows of what a block leads from and to, in `made` and `source`. */
static int rows_of(const Walk *walk, const Code *code, int32_t operation, int32_t *made, int32_t *source)
{
    int32_t wrote = walk->wrote[operation], read = walk->reads[operation];
    if (code->output < 0 || code->input < 0 || code->output >= walk->wrote[operation + 1] - wrote ||
        code->input >= walk->reads[operation + 1] - read) {
        PyErr_SetString(PyExc_IndexError, "a block names an input or output its operation hasn't");
        return -1;
    }
    *made = walk->written[wrote + code->output];
    *source = walk->read[read + code->input];
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
    const Code *end, *block = blocks_of(walk, maker, &end);
    int32_t highest = -1, row, other;
    for (; block < end; block = after(block)) {
        if (rows_of(walk, block, maker, &row, &other) < 0)
            return -2;
        Load *from = &walk->loads[row], *to = &walk->loads[other];
        if (from->used == 0 || walk->producer[row] != maker || (walk->marks[row] & ENDS && row != start) || from == to)
            continue;
        if (pass(walk, block, from, to) < 0)
            return -2;
        if (to->used != 0 && (walk->producer[other] < 0 || walk->marks[other] & ENDS))
            walk->marks[other] |= TOLD;
        else if (to->used != 0) {
            todo[walk->producer[other]] = 1;
            highest = higher(highest, walk->producer[other]);
        }
    }
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
    const Code *end, *block = blocks_of(walk, reader, &end);
    for (; block < end; block = after(block)) {
        if (rows_of(walk, block, reader, &other, &row) < 0)
            return -1;
        Load *from = &walk->loads[row], *to = &walk->loads[other];
        int unused = walk->use[other] < 0 && !(walk->marks[other] & TOLD);
        if (from->used == 0 || walk->producer[other] != reader || (walk->marks[row] & ENDS && row != start) || unused ||
            from == to)
            continue;
        walk->changed = 0;
        if (pass(walk, block, from, to) < 0)
            return -1;
        if (walk->changed && walk->marks[other] & LATE) {
            int32_t again = first_reader(walk, other);
            next = again < next ? again : next;
        }
    }
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
                "iOOOO", ways->slot, PyTuple_GET_ITEM(walk->codes->how, kind % HOWS),
                PyTuple_GET_ITEM(walk->codes->sure, doubt % SURES), PyList_GET_ITEM(walk->codes->reasons, doubt / SURES),
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
    if (walk->loads == NULL || walk->marks == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    return 0;
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
        Ways *ways = number_of(PySequence_Fast_GET_ITEM(asked, i), &slot) < 0 ? NULL : ways_of(walk, &walk->loads[start], slot);
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
             "far_ends(arrays, codes, maps, then, external, late, start, slots, forward, through)\n--\n\n"
             "({row of a dataset: items of its load}, effort in datasets passed): where the ways to some slots of the dataset\n"
             "`start` begin, or forward the external ones that they reach. `arrays`: int32, in the order of `hold`;\n"
             "`then`: how two transformations compose.\n"
             "OverflowError: there are too many reasons; the walk in Python has no such bound.");

static PyObject *far_ends(PyObject *module, PyObject *args)
{
    Walk walk = {.held = 0};
    Codes *codes;
    PyObject *arrays, *maps, *then, *external, *late, *slots, *found = NULL;
    Py_ssize_t start;
    int through;
    if (!PyArg_ParseTuple(args, "O!O!O!O!OOnOpp", &PyTuple_Type, &arrays, &codes_type, &codes, &PyList_Type, &maps,
                          &PyTuple_Type, &then, &external, &late, &start, &slots, &walk.forward, &through))
        return NULL;
    walk.codes = codes;
    uint8_t marks = (walk.forward ? TOLD : 0) | (through ? 0 : ENDS);
    if (catch_up(codes, maps) == 0 && hold(&walk, arrays) == 0 && begin(&walk) == 0 && compose(&walk, then) == 0 &&
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
    PyObject *module = PyType_Ready(&codes_type) < 0 ? NULL : PyModule_Create(&definition);
    if (module != NULL && PyModule_AddObjectRef(module, "Codes", (PyObject *)&codes_type) < 0)
        Py_CLEAR(module);
    if (module != NULL && PyModule_AddStringConstant(module, "SOURCE_DIGEST", SOURCE_DIGEST) < 0)
        Py_CLEAR(module);
    return module;
}
