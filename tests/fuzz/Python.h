/*
 * As much of Python's C API as our extensions use, so that they are fuzzed without an interpreter: millions of calls, each object in memory of
 * exactly its size (CPython's bytes end with one byte more, which hides an overrun), each allocation one that can fail, and every
 * object counted.
 */
#ifndef KEYTRAIL_FUZZ_PYTHON_H
#define KEYTRAIL_FUZZ_PYTHON_H
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef ptrdiff_t Py_ssize_t;
#define PY_SSIZE_T_MAX PTRDIFF_MAX
#define PyDoc_STRVAR(name, text) static const char name[] = text
#define PyMODINIT_FUNC PyObject *
#define PyModuleDef_HEAD_INIT 0
enum { METH_VARARGS = 1, MOST_ITEMS = 9 };

/* Bytes, a number, or a tuple of up to nine. */
typedef struct PyObject {
    int references;
    char *bytes;
    Py_ssize_t size;
    int shared; /* CPython has each text of one byte once: what was made from a text is never written to */
    uint64_t number;
    struct PyObject *items[MOST_ITEMS];
} PyObject;

typedef struct {
    void *buf;
    Py_ssize_t len;
    PyObject *obj;
} Py_buffer;

typedef struct {
    const char *name;
    PyObject *(*call)(PyObject *, PyObject *);
    int flags;
    const char *doc;
} PyMethodDef;

typedef struct {
    int slot;
    void *value;
} PyModuleDef_Slot;

struct PyModuleDef {
    int head;
    const char *name, *doc;
    Py_ssize_t size;
    PyMethodDef *methods;
    PyModuleDef_Slot *slots;
    void *traverse, *clear, *release;
};

static const char *PyExc_ValueError = "ValueError", *MEMORY_ERROR = "MemoryError";
static const char *raised;    /* the error that is set, or NULL */
static size_t living;         /* allocations that nobody freed */
static unsigned until_failure; /* which allocation from now on fails; 0: none */

static void require(int holds, const char *what) {
    if (holds) return;
    fprintf(stderr, "not so: %s\n", what);
    abort();
}

static void *allocated(size_t size) {
    if (until_failure && --until_failure == 0) return NULL;
    void *made = malloc(size);
    require(made != NULL, "there is memory");
    living++;
    return made;
}

static void freed(void *what) {
    if (what != NULL) living--;
    free(what);
}

static void PyErr_SetString(const char *type, const char *why) {
    require(why[0] != 0, "an error says why");
    raised = type;
}

static struct PyObject *PyErr_NoMemory(void) {
    raised = MEMORY_ERROR;
    return NULL;
}

/* Always somewhere else, so that nobody gets away with the old place. Nobody says how large that was: the last eight bytes do. */
static void *PyMem_Realloc(void *old, size_t size) {
    char *made = allocated(size + sizeof size);
    if (made == NULL) return NULL;
    if (old != NULL) memcpy(made + sizeof size, old, ((size_t *)old)[-1] < size ? ((size_t *)old)[-1] : size);
    memcpy(made, &size, sizeof size);
    if (old != NULL) freed((char *)old - sizeof size);
    return made + sizeof size;
}

static void PyMem_Free(void *what) {
    if (what != NULL) freed((char *)what - sizeof(size_t));
}

static void *PyMem_Malloc(size_t size) { return PyMem_Realloc(NULL, size); }

static PyObject *object(void) {
    PyObject *made = allocated(sizeof *made);
    if (made == NULL) return PyErr_NoMemory(), NULL;
    memset(made, 0, sizeof *made);
    made->references = 1;
    return made;
}

static void Py_XDECREF(PyObject *what) {
    if (what == NULL || --what->references) return;
    for (int i = 0; i < MOST_ITEMS; i++)
        if (what->items[i] != NULL && --what->items[i]->references == 0) {
            freed(what->items[i]->bytes);
            freed(what->items[i]);
        }
    freed(what->bytes);
    freed(what);
}

static void Py_DECREF(PyObject *what) {
    require(what != NULL && what->references > 0, "what is let go was held");
    Py_XDECREF(what);
}

static PyObject *Py_NewRef(PyObject *what) {
    what->references++;
    return what;
}

static PyObject *PyBytes_FromStringAndSize(const char *from, Py_ssize_t size) {
    require(size >= 0, "no size is negative");
    PyObject *made = object();
    if (made == NULL) return NULL;
    made->bytes = allocated((size_t)size);
    made->size = size;
    if (made->bytes == NULL) return Py_DECREF(made), PyErr_NoMemory(), NULL;
    made->shared = from != NULL;
    if (from != NULL) memcpy(made->bytes, from, (size_t)size);
    return made;
}

static char *PyBytes_AsString(PyObject *bytes) {
    require(!bytes->shared, "what is written to is nobody else's");
    return bytes->bytes;
}

static PyObject *PyBool_FromLong(long value) {
    PyObject *made = object();
    if (made == NULL) return NULL;
    made->number = value != 0;
    return made;
}

static PyObject *PyTuple_Pack(Py_ssize_t count, ...) {
    require(count <= MOST_ITEMS, "no tuple has more items");
    PyObject *made = object();
    va_list items;
    if (made == NULL) return NULL;
    va_start(items, count);
    for (Py_ssize_t i = 0; i < count; i++) made->items[i] = Py_NewRef(va_arg(items, PyObject *));
    va_end(items);
    return made;
}

static void PyBuffer_Release(Py_buffer *view) {
    Py_XDECREF(view->obj);
    view->obj = NULL;
}

/* Of the formats those that are asked for: `y*`, `K` and `n`. */
static int PyArg_ParseTuple(PyObject *args, const char *format, ...) {
    va_list places;
    va_start(places, format);
    for (int i = 0; *format != ':'; format++, i++) {
        PyObject *item = args->items[i];
        if (*format == 'K') {
            *va_arg(places, unsigned long long *) = item->number;
        } else if (*format == 'n') {
            *va_arg(places, Py_ssize_t *) = (Py_ssize_t)item->number;
        } else {
            require(*format++ == 'y', "only these formats are asked for");
            Py_buffer *view = va_arg(places, Py_buffer *);
            *view = (Py_buffer){item->bytes, item->size, Py_NewRef(item)};
        }
    }
    va_end(places);
    return 1;
}

static PyObject *PyModuleDef_Init(struct PyModuleDef *definition) {
    require(definition->methods != NULL, "a module has functions");
    return NULL;
}
#endif
