/*
 * Columns of numbers, as bytes that Python hands over and is given: nothing is known of where in memory they begin.
 */
#ifndef KEYTRAIL_COLUMNS_H
#define KEYTRAIL_COLUMNS_H
#define Py_LIMITED_API 0x030B0000
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdint.h>
#include <string.h>

typedef uint32_t u32;
typedef uint64_t u64;

#define NOTHING UINT32_MAX
/* The place of what is nowhere. */
#define MOST ((size_t)INT32_MAX)
/* Items of a column. */

static inline PyObject *malformed(const char *why) {
    PyErr_SetString(PyExc_ValueError, why);
    return NULL;
}

static inline u64 u64_at(const void *column, size_t i) {
    u64 value;
    memcpy(&value, (const char *)column + i * sizeof value, sizeof value);
    return value;
}

static inline u32 u32_at(const void *column, size_t i) {
    u32 value;
    memcpy(&value, (const char *)column + i * sizeof value, sizeof value);
    return value;
}

static inline void put(void *column, size_t i, const void *value, size_t width) { memcpy((char *)column + i * width, value, width); }

/* Columns of `count` items that are to be returned, of these widths; 0 where there is no memory. */
static inline int columns(PyObject **made, char **at, const size_t *widths, int many, size_t count) {
    for (int i = 0; i < many; i++) {
        made[i] = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)(count * widths[i]));
        if (made[i] == NULL) return 0;
        at[i] = PyBytes_AsString(made[i]);
    }
    return 1;
}

static inline void drop(PyObject **made, int many) {
    for (int i = 0; i < many; i++) Py_XDECREF(made[i]);
}
#endif
