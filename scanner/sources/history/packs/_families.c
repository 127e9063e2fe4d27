/*
 * What of dealing a pack's entries into batches is too slow in Python: to put those that are asked for and what they are made from into
 * the order in which they are made, and to pick from columns.
 *
 * It decides nothing and keeps nothing. All input is hostile: every place is checked before it is used, what is made from itself is
 * refused, nothing recurses, and memory is taken in proportion to the columns that are given.
 */
#include "columns.h"

/* Entries by their places: what each is made from; which are asked for or needed for that; of the needed ones those that are made from each. */
typedef struct {
    const void *bases, *sizes;
    size_t count, needed;
    uint8_t *asked, *wanted;
    u32 *first, *next, *at;
} Tree;

/* One batch so far, and the limits of all of them. */
typedef struct {
    u64 objects, bytes, most_objects, most_bytes;
    size_t begin, many;
    u64 *cuts;
} Deal;

static u64 sum(u64 a, u64 b) { return a > UINT64_MAX - b ? UINT64_MAX : a + b; }
static u64 product(u64 a, u64 b) { return b && a > UINT64_MAX / b ? UINT64_MAX : a * b; }

/* Marks what is asked for, and what that is made from; 0 where a place does not exist. */
static int mark(Tree *tree, const Py_buffer *asked) {
    for (size_t i = 0; i < (size_t)asked->len / sizeof(u32); i++) {
        u32 place = u32_at(asked->buf, i);
        if (place >= tree->count) return 0;
        tree->asked[place] = 1;
        while (place != NOTHING && !tree->wanted[place]) {
            tree->wanted[place] = 1;
            tree->needed++;
            place = u32_at(tree->bases, place);
            if (place != NOTHING && place >= tree->count) return 0;
        }
    }
    return 1;
}

/* Links what is needed to what it is made from, in order; how many are made from nothing. */
static size_t link_up(Tree *tree) {
    size_t roots = 0;
    memset(tree->first, 0xff, tree->count * sizeof *tree->first);
    for (size_t left = tree->count; left; left--) {
        size_t place = left - 1;
        if (!tree->wanted[place]) continue;
        u32 base = u32_at(tree->bases, place);
        if (base == NOTHING) {
            roots++;
            continue;
        }
        tree->next[place] = tree->first[base];
        tree->first[base] = (u32)place;
    }
    return roots;
}

/* The entry after `at` in its family, depth first; NOTHING behind the last. */
static u32 after(const Tree *tree, u32 root, u32 at) {
    if (tree->first[at] != NOTHING) return tree->first[at];
    while (at != root && tree->next[at] == NOTHING) at = u32_at(tree->bases, at);
    return at == root ? NOTHING : tree->next[at];
}

static void cut(Deal *deal, size_t end) {
    u64 *record = deal->cuts + 3 * deal->many++;
    record[0] = end;
    record[1] = deal->objects;
    record[2] = deal->bytes;
    deal->begin = end;
    deal->objects = deal->bytes = 0;
}

/* Writes the family of `root`, which begins at `start`, into a batch; where it ends. */
static size_t write_family(const Tree *tree, Deal *deal, u32 root, size_t start, char *const out[3]) {
    size_t end = start;
    u64 objects = 0;
    for (u32 place = root; place != NOTHING; place = after(tree, root, place), end++) {
        tree->at[place] = (u32)end;
        put(out[0], end, &place, sizeof place);
        put(out[2], end, &tree->asked[place], 1);
        objects += tree->asked[place];
    }
    u64 bytes = product(u64_at(tree->sizes, root), objects);
    if (deal->objects && (sum(deal->bytes, bytes) > deal->most_bytes || deal->objects + objects > deal->most_objects)) cut(deal, start);
    deal->objects += objects;
    deal->bytes = sum(deal->bytes, bytes);
    for (size_t i = start; i < end; i++) {
        u32 place = u32_at(out[0], i);
        int32_t base = place == root ? -1 : (int32_t)(tree->at[u32_at(tree->bases, place)] - deal->begin);
        put(out[1], i, &base, sizeof base);
    }
    return end;
}

/* All families in the order of their roots. Fewer entries than are needed are written where some are made from themselves. */
static size_t write_all(const Tree *tree, Deal *deal, char *const out[3]) {
    size_t end = 0;
    for (size_t place = 0; place < tree->count; place++)
        if (tree->wanted[place] && u32_at(tree->bases, place) == NOTHING) end = write_family(tree, deal, (u32)place, end, out);
    if (deal->objects) cut(deal, end);
    return end;
}

static PyObject *dealt(Tree *tree, Deal *deal, const Py_buffer *asked) {
    static const size_t widths[] = {sizeof(u32), sizeof(int32_t), 1};
    PyObject *made[4] = {0}, *all = NULL;
    char *out[3];
    if (!mark(tree, asked)) return malformed("a place is outside the pack");
    size_t roots = link_up(tree);
    deal->cuts = PyMem_Malloc(3 * roots * sizeof(u64) + 1);
    if (deal->cuts == NULL) return PyErr_NoMemory();
    if (columns(made, out, widths, 3, tree->needed)) {
        if (write_all(tree, deal, out) != tree->needed)
            malformed("an entry is made from itself");
        else if ((made[3] = PyBytes_FromStringAndSize((const char *)deal->cuts, (Py_ssize_t)(3 * deal->many * sizeof(u64)))) != NULL)
            all = PyTuple_Pack(4, made[0], made[1], made[2], made[3]);
    }
    drop(made, 4);
    return all;
}

PyDoc_STRVAR(deal_doc,
"deal(bases, sizes, asked, objects, bytes, /)\n--\n\n"
"The places `asked` and those of all that they are made from, in families and depth first: bases before what is made from them, families\n"
"in the order of the pack. A family is never apart. Given are the places; where in its batch the base of each is, -1 for none; a byte\n"
"for each, 1 for what was asked for; and three numbers of 64 bits for each batch, which are where it ends, how many objects were asked\n"
"for, and about how many bytes they have. A batch has more than `objects` or `bytes` only where it is one family.");

static PyObject *deal(PyObject *module, PyObject *args) {
    Py_buffer bases, sizes, asked;
    unsigned long long objects, bytes;
    PyObject *made = NULL;
    (void)module;
    if (!PyArg_ParseTuple(args, "y*y*y*KK:deal", &bases, &sizes, &asked, &objects, &bytes)) return NULL;
    size_t count = (size_t)bases.len / sizeof(u32);
    Tree tree = {.bases = bases.buf, .sizes = sizes.buf, .count = count};
    Deal limits = {.most_objects = objects, .most_bytes = bytes};
    if (count > MOST || (size_t)bases.len % sizeof(u32) || (size_t)asked.len % sizeof(u32) || (size_t)sizes.len != count * sizeof(u64)) {
        malformed("there is one base and one size for each entry");
        goto done;
    }
    u32 *links = PyMem_Malloc(3 * count * sizeof *links + 1);
    uint8_t *marks = PyMem_Malloc(2 * count + 1);
    if (links != NULL && marks != NULL) {
        memset(marks, 0, 2 * count);
        tree.asked = marks;
        tree.wanted = marks + count;
        tree.first = links;
        tree.next = links + count;
        tree.at = links + 2 * count;
        made = dealt(&tree, &limits, &asked);
    } else {
        PyErr_NoMemory();
    }
    PyMem_Free(limits.cuts);
    PyMem_Free(links);
    PyMem_Free(marks);
done:
    PyBuffer_Release(&bases);
    PyBuffer_Release(&sizes);
    PyBuffer_Release(&asked);
    return made;
}

PyDoc_STRVAR(pick_doc,
"pick(column, width, places, /)\n--\n\n"
"The items of `width` bytes that are at these places, which are numbers of 32 bits. ValueError where there is no such place.");

static PyObject *pick(PyObject *module, PyObject *args) {
    Py_buffer column, places;
    Py_ssize_t width;
    PyObject *made = NULL;
    (void)module;
    if (!PyArg_ParseTuple(args, "y*ny*:pick", &column, &width, &places)) return NULL;
    size_t many = (size_t)places.len / sizeof(u32), wide = (size_t)width;
    if (width < 1 || column.len % width || (size_t)places.len % sizeof(u32) || many > PY_SSIZE_T_MAX / wide) {
        malformed("a column has whole items");
        goto done;
    }
    made = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)(many * wide));
    if (made == NULL) goto done;
    char *out = PyBytes_AsString(made);
    for (size_t i = 0; i < many; i++) {
        u32 place = u32_at(places.buf, i);
        if (place >= (size_t)(column.len / width)) {
            Py_DECREF(made);
            made = malformed("a place is outside the column");
            goto done;
        }
        put(out, i, (const char *)column.buf + place * wide, wide);
    }
done:
    PyBuffer_Release(&column);
    PyBuffer_Release(&places);
    return made;
}

PyDoc_STRVAR(sieve_doc, "sieve(column, width, flags, /)\n--\n\n"
"The items of `width` bytes that have a flag, which is a byte for each that is not 0.");

static PyObject *sieve(PyObject *module, PyObject *args) {
    Py_buffer column, flags;
    Py_ssize_t width;
    PyObject *made = NULL;
    (void)module;
    if (!PyArg_ParseTuple(args, "y*ny*:sieve", &column, &width, &flags)) return NULL;
    if (width < 1 || column.len % width || column.len / width != flags.len) {
        malformed("there is one flag for each item");
        goto done;
    }
    const uint8_t *flag = flags.buf;
    size_t many = 0;
    for (Py_ssize_t i = 0; i < flags.len; i++) many += flag[i] != 0;
    made = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)(many * (size_t)width));
    if (made == NULL) goto done;
    char *out = PyBytes_AsString(made);
    for (Py_ssize_t i = 0, to = 0; i < flags.len; i++)
        if (flag[i]) put(out, (size_t)to++, (const char *)column.buf + i * width, (size_t)width);
done:
    PyBuffer_Release(&column);
    PyBuffer_Release(&flags);
    return made;
}

PyDoc_STRVAR(ascending_doc, "ascending(column, width, /)\n--\n\n"
"Whether every item of `width` bytes is more than the one before it.");

static PyObject *ascending(PyObject *module, PyObject *args) {
    Py_buffer column;
    Py_ssize_t width;
    PyObject *made = NULL;
    (void)module;
    if (!PyArg_ParseTuple(args, "y*n:ascending", &column, &width)) return NULL;
    if (width < 1 || column.len % width) {
        malformed("a column has whole items");
    } else {
        const char *items = column.buf;
        Py_ssize_t i = width;
        while (i < column.len && memcmp(items + i - width, items + i, (size_t)width) < 0) i += width;
        made = PyBool_FromLong(i >= column.len);
    }
    PyBuffer_Release(&column);
    return made;
}

/* Whether `item` is among `many` that are ascending. */
static int is_among(const char *items, size_t many, const char *item, size_t width) {
    size_t low = 0, high = many;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = memcmp(items + middle * width, item, width);
        if (order == 0) return 1;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return 0;
}

/* Two columns of items of one width, as arguments; 0 where they are not. */
static int two_columns(PyObject *args, const char *format, Py_buffer *one, Py_buffer *other, size_t *width) {
    Py_ssize_t wide;
    if (!PyArg_ParseTuple(args, format, one, other, &wide)) return 0;
    *width = (size_t)wide;
    if (wide >= 1 && one->len % wide == 0 && other->len % wide == 0 && one->len <= PY_SSIZE_T_MAX - other->len) return 1;
    malformed("a column has whole items");
    PyBuffer_Release(one);
    PyBuffer_Release(other);
    return 0;
}

PyDoc_STRVAR(among_doc, "among(items, column, width, /)\n--\n\n"
"A byte for each of `items`, of `width` bytes: 1 for those that are in `column`, which is ascending.");

static PyObject *among(PyObject *module, PyObject *args) {
    Py_buffer items, column;
    size_t width;
    (void)module;
    if (!two_columns(args, "y*y*n:among", &items, &column, &width)) return NULL;
    size_t many = (size_t)items.len / width;
    PyObject *made = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)many);
    char *flags = made == NULL ? NULL : PyBytes_AsString(made);
    for (size_t i = 0; flags != NULL && i < many; i++)
        flags[i] = (char)is_among(column.buf, (size_t)column.len / width, (const char *)items.buf + i * width, width);
    PyBuffer_Release(&items);
    PyBuffer_Release(&column);
    return made;
}

PyDoc_STRVAR(merge_doc, "merge(one, other, width, /)\n--\n\n"
"All items of two columns that are ascending, as one; of `width` bytes, each once.");

static PyObject *merge(PyObject *module, PyObject *args) {
    Py_buffer one, other;
    size_t width;
    PyObject *made = NULL;
    (void)module;
    if (!two_columns(args, "y*y*n:merge", &one, &other, &width)) return NULL;
    char *out = PyMem_Malloc((size_t)one.len + (size_t)other.len + 1), *to = out;
    if (out != NULL) {
        const char *a = one.buf, *b = other.buf, *a_end = a + one.len, *b_end = b + other.len;
        while (a < a_end || b < b_end) {
            int order = a == a_end ? 1 : b == b_end ? -1 : memcmp(a, b, width);
            memcpy(to, order <= 0 ? a : b, width);
            to += width;
            if (order <= 0) a += width;
            if (order >= 0) b += width;
        }
        made = PyBytes_FromStringAndSize(out, to - out);
    } else {
        PyErr_NoMemory();
    }
    PyMem_Free(out);
    PyBuffer_Release(&one);
    PyBuffer_Release(&other);
    return made;
}

static PyMethodDef methods[] = {
    {"deal", deal, METH_VARARGS, deal_doc},
    {"pick", pick, METH_VARARGS, pick_doc},
    {"sieve", sieve, METH_VARARGS, sieve_doc},
    {"ascending", ascending, METH_VARARGS, ascending_doc},
    {"among", among, METH_VARARGS, among_doc},
    {"merge", merge, METH_VARARGS, merge_doc},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {{0, NULL}};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "_families", "Families of entries, and columns.", 0, methods, slots, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit__families(void) { return PyModuleDef_Init(&definition); }
