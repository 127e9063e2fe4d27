/*
 * Inputs taken apart, and calls of which an allocation fails: what all fuzzers share.
 */
#ifndef KEYTRAIL_FUZZ_HARNESS_H
#define KEYTRAIL_FUZZ_HARNESS_H
#include <Python.h>

typedef struct {
    const uint8_t *at;
    size_t left;
} Case;

static uint64_t taken(Case *in, size_t bytes) {
    uint64_t value = 0;
    for (size_t i = 0; i < bytes; i++) {
        if (in->left == 0) break;
        value |= (uint64_t)*in->at++ << (8 * i);
        in->left--;
    }
    return value;
}

static PyObject *numeral(uint64_t value) {
    PyObject *made = object();
    made->number = value;
    return made;
}

/* A call in which the allocation `failing` fails; NULL where it says that it did not work. */
static PyObject *called(PyObject *(*function)(PyObject *, PyObject *), PyObject *args, unsigned failing) {
    raised = NULL;
    until_failure = failing;
    PyObject *made = function(NULL, args);
    int failed = failing && until_failure == 0;
    until_failure = 0;
    require((made == NULL) == (raised != NULL), "what fails says so, and nothing else does");
    require((made == NULL && raised == MEMORY_ERROR) == failed, "what had no memory says so, and nothing else does");
    return made;
}
#endif
