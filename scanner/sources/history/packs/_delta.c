/*
 * What of unpacking git's objects is too slow in Python: one delta applied to one base.
 *
 * It decides nothing and keeps nothing. All input is hostile: every number, offset and size is checked against what is left before it is
 * used, and nothing is allocated that a size in the input asks for beyond the caller's limit. The formats are those of git's
 * gitformat-pack(5).
 */
#define Py_LIMITED_API 0x030B0000
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdint.h>
#include <string.h>

typedef uint64_t u64;

static int malformed(const char *why) {
    PyErr_SetString(PyExc_ValueError, why);
    return -1;
}

/* Records of fixed width that grow; they become bytes. */
typedef struct {
    u64 *items;
    size_t used, room;
} Records;

static int push(Records *records, u64 value) {
    if (records->used == records->room) {
        size_t room = records->room ? 2 * records->room : 64;
        if (room > PY_SSIZE_T_MAX / sizeof(u64)) {
            PyErr_NoMemory();
            return -1;
        }
        u64 *items = PyMem_Realloc(records->items, room * sizeof(u64));
        if (items == NULL) {
            PyErr_NoMemory();
            return -1;
        }
        records->items = items;
        records->room = room;
    }
    records->items[records->used++] = value;
    return 0;
}

static PyObject *as_bytes(const Records *records) {
    return PyBytes_FromStringAndSize((const char *)records->items, (Py_ssize_t)(records->used * sizeof(u64)));
}

typedef struct {
    const uint8_t *at, *end;
} Input;

static int varint(Input *in, u64 *value) {
    unsigned shift = 0;
    uint8_t byte;
    *value = 0;
    do {
        if (in->at == in->end) return malformed("a delta's size is cut short");
        byte = *in->at++;
        if (shift > 56) return malformed("a delta's size is too large");
        *value |= (u64)(byte & 0x7f) << shift;
        shift += 7;
    } while (byte & 0x80);
    return 0;
}

/* The offset and length of a copy, whose first byte was `code`. */
static int copied(Input *in, uint8_t code, u64 *offset, u64 *length) {
    *offset = *length = 0;
    for (int i = 0; i < 7; i++) {
        if (!(code & (1 << i))) continue;
        if (in->at == in->end) return malformed("a delta's copy is cut short");
        u64 byte = *in->at++;
        if (i < 4)
            *offset |= byte << (8 * i);
        else
            *length |= byte << (8 * (i - 4));
    }
    if (*length == 0) *length = 0x10000;
    return 0;
}

/* Changes in order, and the windows that they make: start, end, first change, last change. */
typedef struct {
    Records out;
    u64 reach, size;
} Windows;

static int change(Windows *windows, u64 from, u64 to) {
    u64 start = from > windows->reach ? from - windows->reach : 0;
    u64 end = windows->size - to > windows->reach ? to + windows->reach : windows->size;
    Records *out = &windows->out;
    if (out->used && start <= out->items[out->used - 3]) {
        if (end > out->items[out->used - 3]) out->items[out->used - 3] = end;
        if (to > out->items[out->used - 1]) out->items[out->used - 1] = to;
        return 0;
    }
    return push(out, start) || push(out, end) || push(out, from) || push(out, to) ? -1 : 0;
}

typedef struct {
    Py_buffer base, delta;
    u64 size, limit;
    char *child;
    Records runs;
    Windows windows;
    int coarse;
} Work;

enum { FINEST = 32 };
/* Bytes of a child for each run: where a hostile delta has more of them, the whole child counts as new, and no memory goes into records. */

/* Fills the child and says what of it is copied: where to, where from, how much. */
static int build(Work *work, Input in) {
    const char *base = work->base.buf;
    u64 have = (u64)work->base.len, made = 0;
    Records *runs = &work->runs;
    while (in.at < in.end) {
        uint8_t code = *in.at++;
        u64 offset, length;
        if (code & 0x80) {
            if (copied(&in, code, &offset, &length)) return -1;
            if (offset > have || length > have - offset) return malformed("a delta copies what its base has not");
            if (length > work->size - made) return malformed("a delta makes more than it says");
            memcpy(work->child + made, base + offset, (size_t)length);
            size_t last = runs->used;
            if (last && runs->items[last - 3] + runs->items[last - 1] == made && runs->items[last - 2] + runs->items[last - 1] == offset)
                runs->items[last - 1] += length;
            else if (work->coarse || runs->used / 3 > work->size / FINEST + FINEST)
                work->coarse = 1;
            else if (push(runs, made) || push(runs, offset) || push(runs, length))
                return -1;
        } else {
            length = code;
            if (length == 0) return malformed("a delta has an instruction that does not exist");
            if (length > (u64)(in.end - in.at)) return malformed("a delta's text is cut short");
            if (length > work->size - made) return malformed("a delta makes more than it says");
            memcpy(work->child + made, in.at, (size_t)length);
            in.at += length;
        }
        made += length;
    }
    return made == work->size ? 0 : malformed("a delta makes less than it says");
}

/* The windows around all that lies between the runs, which are in the order of the child, and around its ends where those moved. */
static int look(Work *work) {
    u64 at = 0, from = 0;
    int first = 1;
    if (work->coarse) work->runs.used = 0;
    if (work->runs.used == 0) return work->size ? change(&work->windows, 0, work->size) : 0;
    const u64 *run = work->runs.items, *end = run + work->runs.used;
    for (; run < end; run += 3) {
        if (!first || run[0] > 0 || run[1] > 0) {
            if (change(&work->windows, at, run[0])) return -1;
        }
        first = 0;
        at = run[0] + run[2];
        from = run[1] + run[2];
    }
    if (at < work->size || from != (u64)work->base.len) return change(&work->windows, at, work->size);
    return 0;
}

static PyObject *fresh_of(const Work *work, PyObject *child) {
    const Records *out = &work->windows.out;
    u64 total = 0;
    for (size_t i = 0; i < out->used; i += 4) total += out->items[i + 1] - out->items[i];
    if (total == work->size) return Py_NewRef(child);
    PyObject *fresh = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)total);
    if (fresh == NULL) return NULL;
    char *to = PyBytes_AsString(fresh);
    for (size_t i = 0; i < out->used; i += 4) {
        size_t length = (size_t)(out->items[i + 1] - out->items[i]);
        memcpy(to, work->child + out->items[i], length);
        to += length;
    }
    return fresh;
}

static PyObject *applied(Work *work) {
    Input in = {work->delta.buf, (const uint8_t *)work->delta.buf + work->delta.len};
    u64 have;
    if (varint(&in, &have) || varint(&in, &work->size)) return NULL;
    if (have != (u64)work->base.len) return malformed("a delta is for a base of another size"), NULL;
    if (work->size > work->limit || work->size > PY_SSIZE_T_MAX) return malformed("a delta makes more than was asked for"), NULL;
    PyObject *child = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)work->size), *made = NULL;
    PyObject *runs = NULL, *windows = NULL, *fresh = NULL;
    if (child == NULL) return NULL;
    work->child = PyBytes_AsString(child);
    work->windows.size = work->size;
    if (!build(work, in) && !look(work)) {
        runs = as_bytes(&work->runs);
        windows = as_bytes(&work->windows.out);
        fresh = fresh_of(work, child);
        if (runs != NULL && windows != NULL && fresh != NULL) made = PyTuple_Pack(4, child, runs, windows, fresh);
    }
    Py_XDECREF(runs);
    Py_XDECREF(windows);
    Py_XDECREF(fresh);
    Py_DECREF(child);
    return made;
}

PyDoc_STRVAR(apply_doc,
"apply(base, delta, reach, limit, /)\n--\n\n"
"What `delta` makes of `base`: the child; its runs (where to, where from, how many bytes); its windows (start, end, first and last\n"
"change), which go `reach` bytes beyond everything that was not copied in one piece; and the bytes of the windows one after the other.\n"
"Runs and windows are numbers of 64 bits. ValueError where the delta makes no sense, or more than `limit` bytes.");

static PyObject *apply(PyObject *module, PyObject *args) {
    Work work = {0};
    unsigned long long reach, limit;
    (void)module;
    if (!PyArg_ParseTuple(args, "y*y*KK:apply", &work.base, &work.delta, &reach, &limit)) return NULL;
    work.limit = limit;
    work.windows.reach = reach;
    PyObject *made = applied(&work);
    PyMem_Free(work.runs.items);
    PyMem_Free(work.windows.out.items);
    PyBuffer_Release(&work.base);
    PyBuffer_Release(&work.delta);
    return made;
}

static PyMethodDef methods[] = {
    {"apply", apply, METH_VARARGS, apply_doc},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {{0, NULL}};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "_delta", "Deltas.", 0, methods, slots, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit__delta(void) { return PyModuleDef_Init(&definition); }
