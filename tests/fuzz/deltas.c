/*
 * A fuzzer of `_delta.c` for libFuzzer: one input is one call of `apply`, as fixtures/deltas/README.md describes it. Besides
 * what the sanitisers see, what comes back must be true, an error must be told once, and nothing may be kept.
 */
#include "_delta.c"
#include "harness.h"
#include "oracle.h"

static void compare_apply(PyObject *made, const PyObject *base, const PyObject *delta, uint64_t reach) {
    int64_t told = made_of((uint8_t *)base->bytes, (size_t)base->size, (uint8_t *)delta->bytes, (size_t)delta->size);
    if (made == NULL) {
        require(raised == MEMORY_ERROR || told < 0, "what makes sense is applied");
        return;
    }
    uint64_t size = (uint64_t)told, have = (uint64_t)base->size;
    const PyObject *child = made->items[0], *runs = made->items[1], *windows = made->items[2], *fresh = made->items[3];
    require(told == child->size && !memcmp(child->bytes, told_child, (size_t)size), "the child is what the delta says");
    const uint64_t *run = (const uint64_t *)runs->bytes, *window = (const uint64_t *)windows->bytes;
    size_t count = (size_t)windows->size / 32;
    require(runs->size % 24 == 0 && windows->size % 32 == 0, "records are whole");
    if (pieces(size) > size / FINEST_RUN + FINEST_RUN + 1) {
        require(runs->size == 0 && count == 1 && !window[0] && window[1] == size && !window[2] && window[3] == size, "too fine is all new");
    } else {
        runs_are_true(run, (size_t)runs->size / 24, size);
        windows_are_true(window, count, size, have, reach);
    }
    const char *at = fresh->bytes, *end = fresh->bytes + fresh->size;
    for (; count; count--, window += 4) {
        size_t length = window[1] - window[0];
        require(length <= (size_t)(end - at) && !memcmp(at, child->bytes + window[0], length), "what is fresh is what the windows show");
        at += length;
    }
    require(at == end, "nothing else is fresh");
}

/* The sizes that are true of a base and of the instructions of a delta, as it begins with them. */
static size_t sizes(size_t have, Case delta, uint8_t out[20]) {
    uint64_t made = 0, values[2];
    size_t at = 0, used = 0;
    Step now;
    while (at < delta.left && step(delta.at, delta.left, &at, &now)) made += now.length;
    values[0] = have;
    values[1] = made;
    for (int i = 0; i < 2; i++, used++) {
        for (; values[i] > 127; values[i] >>= 7) out[used++] = (uint8_t)(values[i] % 128 + 128);
        out[used] = (uint8_t)values[i];
    }
    return used;
}

static void try_apply(Case in, int sized, unsigned failing) {
    uint64_t reach = taken(&in, 1);
    size_t times = 1 + taken(&in, 1), part = taken(&in, 2);
    if (reach == 255) reach = UINT64_MAX;
    if (part > in.left) part = in.left;
    PyObject *base = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)(part * times));
    for (size_t i = 0; i < times; i++) memcpy(base->bytes + i * part, in.at, part);
    in.at += part;
    in.left -= part;
    uint8_t head[20];
    size_t told = sized ? sizes(part * times, in, head) : 0;
    PyObject *delta = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)(told + in.left));
    memcpy(delta->bytes, head, told);
    memcpy(delta->bytes + told, in.at, in.left);
    PyObject *far = numeral(reach), *limit = numeral(MOST), *args = PyTuple_Pack(4, base, delta, far, limit);
    PyObject *made = called(apply, args, failing);
    compare_apply(made, base, delta, reach);
    Py_XDECREF(made);
    Py_DECREF(far);
    Py_DECREF(limit);
    Py_DECREF(base);
    Py_DECREF(delta);
    Py_DECREF(args);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Case in = {data, size};
    uint64_t kind = taken(&in, 1), failing = taken(&in, 1);
    try_apply(in, kind >> 1 & 1, (unsigned)failing);
    require(living == 0, "nothing is kept");
    return 0;
}
