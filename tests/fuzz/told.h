/*
 * What is true of an entry's header, of chains of bases and of columns, written down a second time: item by item, without a thought to
 * speed or memory, and not in the way of `_entries.c` and `_families.c`.
 */
#ifndef KEYTRAIL_FUZZ_TOLD_H
#define KEYTRAIL_FUZZ_TOLD_H
#include "columns.h"

/* The header of an entry, in as wide numbers as it takes: type (0 where it makes no sense), size, the offset of its base or where the id of
   that is, length. */
static void told_header(const uint8_t *data, size_t size, uint64_t offset, size_t width, uint64_t out[4]) {
    size_t at = 1;
    unsigned __int128 length = size ? data[0] % 16 : 0, back = 0;
    memset(out, 0, 4 * sizeof *out);
    if (size == 0) return;
    unsigned type = data[0] / 16 % 8;
    for (unsigned shift = 4; data[at - 1] >= 128; shift += 7, at++) {
        if (at >= size || at > 9) return;
        length += (unsigned __int128)(data[at] % 128) << shift;
    }
    if (type == 0 || type == 5 || length > UINT64_MAX) return;
    uint64_t base = 0;
    if (type == 6) {
        size_t first = at;
        do {
            if (at >= size || at - first == 10) return;
            back = (at == first ? 0 : (back + 1) * 128) + data[at] % 128;
        } while (data[at++] >= 128);
        if (back == 0 || back > offset || back >> 7 > (UINT64_MAX >> 8) + 1) return; /* the last is more than a file can have */
        base = offset - (uint64_t)back;
    } else if (type == 7) {
        base = at;
        at += width;
        if (at > size) return;
    }
    out[0] = type;
    out[1] = (uint64_t)length;
    out[2] = base;
    out[3] = at;
}

static uint8_t byte_of(const PyObject *column, size_t i) { return (uint8_t)column->bytes[i]; }
static const char *item(const PyObject *column, size_t i, size_t width) { return column->bytes + i * width; }
static int same(const PyObject *a, size_t i, const PyObject *b, size_t j, size_t width) { return !memcmp(item(a, i, width), item(b, j, width), width); }

/* The number of `bytes` bytes that a file has at `at`, the first the highest. */
static uint64_t told_number(const char *at, int bytes) {
    uint64_t value = 0;
    for (int i = bytes - 1, weight = 0; i >= 0; i--, weight += 8) value += (uint64_t)(uint8_t)at[i] << weight;
    return value;
}

/* The type of what an entry is made from in the end: followed for as many steps as there are entries, and no further. */
static uint8_t told_type(const PyObject *kinds, const PyObject *bases, size_t place) {
    for (Py_ssize_t steps = 0; steps <= kinds->size; steps++) {
        if (place >= (size_t)kinds->size) return 0;
        if (byte_of(kinds, place) <= 4) return byte_of(kinds, place);
        place = u32_at(bases->bytes, place);
    }
    return 0;
}

/* Marks an entry and all that it is made from; 0 where the way there leads outside or in a circle. */
static int told_way(const PyObject *bases, size_t place, uint8_t *marks) {
    size_t count = (size_t)bases->size / 4, steps = 0;
    do {
        if (place >= count || steps++ > count) return 0;
        marks[place] = 1;
        place = u32_at(bases->bytes, place);
    } while (place != NOTHING);
    return 1;
}
#endif
