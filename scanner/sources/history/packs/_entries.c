/*
 * What of listing git's packs is too slow in Python: which entries an index names, what their headers say, and what they are.
 *
 * It decides nothing and keeps nothing. All input is hostile: every number, offset and size is checked against what is left before it is
 * used, and memory is taken in proportion to the columns that are given. The formats are those of git's gitformat-pack(5). Entries are
 * called by their places in the order of the pack.
 */
#include "columns.h"

enum { OFS_DELTA = 6, REF_DELTA = 7, LONGEST_VARINT = 10, LONGEST_ID = 64, DIGIT = 11 };
#define FAR ((u64)1 << 31)

static u64 big_endian(const uint8_t *at, int bytes) {
    u64 value = 0;
    for (int i = 0; i < bytes; i++) value = value << 8 | at[i];
    return value;
}

typedef struct {
    u64 offset;
    u32 row;
} Entry;

static size_t digit(const Entry *entry, unsigned shift) { return (entry->offset >> shift) & ((1 << DIGIT) - 1); }

/* The entries in the order of their offsets, of equal ones in the order of their rows; in either of the two places, each of them for all. */
static Entry *in_order(Entry *entries, Entry *spare, size_t count) {
    for (unsigned shift = 0; shift < 64 && count; shift += DIGIT) {
        size_t starts[1 << DIGIT] = {0}, sum = 0;
        for (size_t i = 0; i < count; i++) starts[digit(&entries[i], shift)]++;
        if (starts[digit(entries, shift)] == count) continue;
        for (size_t i = 0; i < 1 << DIGIT; i++) {
            size_t here = starts[i];
            starts[i] = sum;
            sum += here;
        }
        for (size_t i = 0; i < count; i++) spare[starts[digit(&entries[i], shift)]++] = entries[i];
        Entry *other = entries;
        entries = spare;
        spare = other;
    }
    return entries;
}

PyDoc_STRVAR(arrange_doc,
"arrange(near, far, /)\n--\n\n"
"The entries of an index, whose tables of offsets these are, in the order of the pack: their offsets, the rows of the index that they\n"
"are in, and for every row the place of its entry. Offsets are of 64 bits, rows and places of 32. ValueError where an offset is outside\n"
"its table, or more than a file can have.");

static PyObject *arrange(PyObject *module, PyObject *args) {
    static const size_t widths[] = {sizeof(u64), sizeof(u32), sizeof(u32)};
    Py_buffer near, far;
    PyObject *made[3] = {0}, *all = NULL;
    char *at[3];
    Entry *entries = NULL;
    (void)module;
    if (!PyArg_ParseTuple(args, "y*y*:arrange", &near, &far)) return NULL;
    size_t count = (size_t)near.len / 4, many = (size_t)far.len / 8;
    if (near.len % 4 || count > MOST) {
        malformed("offsets have four bytes, and there are fewer than 2**31");
        goto done;
    }
    entries = PyMem_Malloc((2 * count + 1) * sizeof *entries);
    if (entries == NULL) {
        PyErr_NoMemory();
        goto done;
    }
    for (size_t i = 0; i < count; i++) {
        u64 offset = big_endian((const uint8_t *)near.buf + 4 * i, 4);
        if (offset >= FAR) {
            if (offset - FAR >= many) {
                malformed("an offset is outside its table");
                goto done;
            }
            offset = big_endian((const uint8_t *)far.buf + 8 * (offset - FAR), 8);
            if (offset > INT64_MAX) {
                malformed("an offset is more than a file can have");
                goto done;
            }
        }
        entries[i] = (Entry){offset, (u32)i};
    }
    if (!columns(made, at, widths, 3, count)) goto done;
    const Entry *found = in_order(entries, entries + count, count);
    for (u32 place = 0; place < count; place++) {
        put(at[0], place, &found[place].offset, sizeof(u64));
        put(at[1], place, &found[place].row, sizeof(u32));
        put(at[2], found[place].row, &place, sizeof(u32));
    }
    all = PyTuple_Pack(3, made[0], made[1], made[2]);
done:
    drop(made, 3);
    PyMem_Free(entries);
    PyBuffer_Release(&near);
    PyBuffer_Release(&far);
    return all;
}

/* An index, and the part of its pack that was read. */
typedef struct {
    Py_buffer data, offsets, ids, places;
    u64 start;
    size_t count, width;
} Pack;

/* The entry that begins at `offset`, the last of several. */
static u32 beginning_at(const Pack *pack, u64 offset) {
    size_t low = 0, high = pack->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (u64_at(pack->offsets.buf, middle) <= offset)
            low = middle + 1;
        else
            high = middle;
    }
    return low && u64_at(pack->offsets.buf, low - 1) == offset ? (u32)(low - 1) : NOTHING;
}

static u32 named(const Pack *pack, const uint8_t *id) {
    size_t low = 0, high = pack->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = memcmp((const uint8_t *)pack->ids.buf + middle * pack->width, id, pack->width);
        if (order == 0) {
            u32 place = u32_at(pack->places.buf, middle);
            return place < pack->count ? place : NOTHING;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NOTHING;
}

typedef struct {
    u64 size, length;
    u32 base;
    uint8_t type;
} Header;

/* The header of the entry at `offset`. Type 0 stands for one that is cut short or makes no sense. */
static Header header_of(const Pack *pack, u64 offset) {
    const Header none = {0, 0, NOTHING, 0};
    const uint8_t *data = pack->data.buf;
    size_t size = (size_t)pack->data.len;
    if (offset < pack->start || offset - pack->start >= size) return none;
    size_t at = (size_t)(offset - pack->start), place = at;
    uint8_t byte = data[place++];
    Header found = {byte & 15, 0, NOTHING, (byte >> 4) & 7};
    unsigned shift = 4;
    while (byte & 0x80) {
        if (place >= size || shift > 60) return none;
        byte = data[place++];
        if (shift == 60 && (byte & 0x70)) return none;
        found.size |= (u64)(byte & 0x7f) << shift;
        shift += 7;
    }
    if (found.type == OFS_DELTA) {
        u64 back = 0;
        int bytes = 0;
        do {
            if (place >= size || bytes++ == LONGEST_VARINT || back > (UINT64_MAX >> 8)) return none;
            byte = data[place++];
            back = ((back + (bytes > 1)) << 7) | (byte & 0x7f);
        } while (byte & 0x80);
        if (back == 0 || back > offset) return none;
        found.base = beginning_at(pack, offset - back);
    } else if (found.type == REF_DELTA) {
        if (pack->width > size - place) return none;
        found.base = named(pack, data + place);
        place += pack->width;
    } else if (found.type < 1 || found.type > 4) {
        return none;
    }
    found.length = place - at;
    return found;
}

/* Whether these are columns that belong together, a stretch of them, and a part of a file. */
static int sensible(const Pack *pack, Py_ssize_t width, u64 first, u64 last) {
    if (width < 1 || width > LONGEST_ID || (size_t)pack->offsets.len % sizeof(u64) || pack->count > MOST) return 0;
    if ((size_t)pack->ids.len != pack->count * (size_t)width || (size_t)pack->places.len != pack->count * sizeof(u32)) return 0;
    return first <= last && last <= pack->count && pack->start <= UINT64_MAX - (u64)pack->data.len;
}

PyDoc_STRVAR(headers_doc,
"headers(data, start, first, last, end, offsets, ids, places, width, /)\n--\n\n"
"What the headers of the entries from place `first` to before `last` say: their types, where what is packed begins, how many bytes that\n"
"are at most, how many it unpacks to, and the places of their bases. `data` is the part of the pack from `start`, `end` where its last\n"
"entry ends, `offsets` and `places` are what `arrange` gives, and `ids` of `width` bytes those of the index in its order. Types are of 8\n"
"bits, places of 32, the rest of 64. Type 0 says that a header is cut short or makes no sense.");

static PyObject *headers(PyObject *module, PyObject *args) {
    static const size_t widths[] = {1, sizeof(u64), sizeof(u64), sizeof(u64), sizeof(u32)};
    Pack pack = {0};
    unsigned long long start, first, last, end;
    Py_ssize_t width;
    PyObject *made[5] = {0}, *all = NULL;
    char *at[5];
    (void)module;
    if (!PyArg_ParseTuple(args, "y*KKKKy*y*y*n:headers", &pack.data, &start, &first, &last, &end, &pack.offsets, &pack.ids, &pack.places, &width))
        return NULL;
    pack.start = start;
    pack.count = (size_t)pack.offsets.len / sizeof(u64);
    pack.width = (size_t)width;
    if (!sensible(&pack, width, first, last)) {
        malformed("an index has one id of at most 64 bytes, one offset and one place for each entry");
        goto done;
    }
    if (!columns(made, at, widths, 5, (size_t)(last - first))) goto done;
    for (size_t i = 0; i < last - first; i++) {
        size_t place = (size_t)first + i;
        u64 offset = u64_at(pack.offsets.buf, place), next = place + 1 < pack.count ? u64_at(pack.offsets.buf, place + 1) : end;
        Header header = header_of(&pack, offset);
        u64 begin = offset + header.length, packed = next > begin ? next - begin : 0;
        put(at[0], i, &header.type, 1);
        put(at[1], i, &begin, sizeof begin);
        put(at[2], i, &packed, sizeof packed);
        put(at[3], i, &header.size, sizeof header.size);
        put(at[4], i, &header.base, sizeof header.base);
    }
    all = PyTuple_Pack(5, made[0], made[1], made[2], made[3], made[4]);
done:
    drop(made, 5);
    PyBuffer_Release(&pack.data);
    PyBuffer_Release(&pack.offsets);
    PyBuffer_Release(&pack.ids);
    PyBuffer_Release(&pack.places);
    return all;
}

enum { WHOLE = 4, UNKNOWN = 254, ON_THE_WAY = 255 };

/* What the entry at `place` and all that it is made from are; 0 where no object that is stored whole is at the end of that. */
static void trace(uint8_t *types, const void *bases, size_t count, u32 place) {
    u32 at = place;
    uint8_t type = 0;
    while (at < count && types[at] == UNKNOWN) {
        types[at] = ON_THE_WAY;
        at = u32_at(bases, at);
    }
    if (at < count && types[at] != ON_THE_WAY) type = types[at];
    for (at = place; at < count && types[at] == ON_THE_WAY; at = u32_at(bases, at)) types[at] = type;
}

PyDoc_STRVAR(types_doc,
"types(kinds, bases, /)\n--\n\n"
"What the object is that each entry is, or is made from: one of the first four types. 0 where that is none, or nowhere.");

static PyObject *types(PyObject *module, PyObject *args) {
    Py_buffer kinds, bases;
    PyObject *made = NULL;
    (void)module;
    if (!PyArg_ParseTuple(args, "y*y*:types", &kinds, &bases)) return NULL;
    size_t count = (size_t)kinds.len;
    if (count > MOST || (size_t)bases.len != count * sizeof(u32)) {
        malformed("there is one base for each entry");
        goto done;
    }
    made = PyBytes_FromStringAndSize(NULL, kinds.len); /* not of `kinds`: what is made from one byte is shared */
    if (made == NULL) goto done;
    uint8_t *found = (uint8_t *)PyBytes_AsString(made);
    memcpy(found, kinds.buf, count);
    for (size_t i = 0; i < count; i++)
        if (found[i] > WHOLE) found[i] = UNKNOWN;
    for (size_t i = 0; i < count; i++) trace(found, bases.buf, count, (u32)i);
done:
    PyBuffer_Release(&kinds);
    PyBuffer_Release(&bases);
    return made;
}

static PyMethodDef methods[] = {
    {"arrange", arrange, METH_VARARGS, arrange_doc},
    {"headers", headers, METH_VARARGS, headers_doc},
    {"types", types, METH_VARARGS, types_doc},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {{0, NULL}};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "_entries", "Entries of packs.", 0, methods, slots, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit__entries(void) { return PyModuleDef_Init(&definition); }
