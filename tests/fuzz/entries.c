/*
 * A fuzzer of `_entries.c` and `_families.c` for libFuzzer: one input is one call of one of their functions, as fixtures/entries/README.md
 * describes it. Besides what the sanitisers see, what comes back must be true, an error must be told once, and nothing may be kept.
 */
#define methods entries_methods
#define slots entries_slots
#define definition entries_definition
#include "_entries.c"
#undef methods
#undef slots
#undef definition
#include "_families.c"
#include "harness.h"
#include "told.h"

enum { ARRANGE, HEADERS, TYPES, DEAL, PICK, SIEVE, ASCENDING, AMONG, MERGE, CALLS, MOST_ARGUMENTS = 9 };
enum { FITTED = 0x80 };
static PyObject *(*const FUNCTIONS[CALLS])(PyObject *, PyObject *) = {arrange, headers, types, deal, pick, sieve, ascending, among, merge};
static const char *const ARGUMENTS[CALLS] = {"wx", "dKkkKodpn", "cp", "pQpkk", "dnp", "dnc", "dn", "ddn", "ddn"};

/* As many bytes as there are and were asked for, then zeros. */
static PyObject *column(Case *in, size_t count, size_t width) {
    PyObject *made = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)(count * width));
    size_t some = count * width < in->left ? count * width : in->left;
    memset(made->bytes, 0, (size_t)made->size);
    memcpy(made->bytes, in->at, some);
    in->at += some;
    in->left -= some;
    return made;
}

/* As many bytes as were asked for, if there are so many. */
static PyObject *text(Case *in) {
    size_t size = taken(in, 2);
    return column(in, size < in->left ? size : in->left, 1);
}

/* A column of which every item is written as fewer bytes: places (255 is nowhere), offsets near `start`, sizes of up to 64 bits. */
static PyObject *short_column(Case *in, char kind, uint64_t start) {
    size_t count = taken(in, 1), width = kind == 'p' ? 4 : 8;
    PyObject *made = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)(count * width));
    for (size_t i = 0; i < count; i++) {
        uint64_t value = kind == 'o' ? (uint64_t)(int16_t)taken(in, 2) : taken(in, 1);
        if (kind == 'p' && value == 255) value = UINT32_MAX;
        if (kind == 'o') __builtin_add_overflow(start, value, &value);
        if (kind == 'Q') value = value == 255 ? UINT64_MAX : value % 16 << 4 * (value / 16);
        memcpy(made->bytes + i * width, &value, width); /* little-endian, as all machines that fuzz are */
    }
    return made;
}

static PyObject *argument(Case *in, char kind, uint64_t start) {
    switch (kind) {
    case 'w': return column(in, taken(in, 1), 4);
    case 'x': return column(in, taken(in, 1), 8);
    case 'c': return column(in, taken(in, 1), 1);
    case 'd': return text(in);
    case 'K': return numeral(taken(in, 8));
    case 'k': return numeral(taken(in, 1));
    case 'n': return numeral((uint64_t)(int8_t)taken(in, 1));
    default: return short_column(in, kind, start);
    }
}

/* A column of another size, so that it fits the others. */
static void fit(PyObject **what, size_t size) {
    PyObject *made = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)size);
    memset(made->bytes, 0, size);
    memcpy(made->bytes, (*what)->bytes, size < (size_t)(*what)->size ? size : (size_t)(*what)->size);
    Py_DECREF(*what);
    *what = made;
}

static void fit_all(int call, PyObject **a) {
    size_t width = 1;
    if (call == HEADERS) {
        size_t count = (size_t)a[5]->size / 8;
        width = a[8]->number <= 64 ? a[8]->number : 20;
        fit(&a[6], count * width);
        fit(&a[7], count * 4);
    } else if (call == TYPES) {
        fit(&a[1], (size_t)a[0]->size * 4);
    } else if (call == DEAL) {
        fit(&a[1], (size_t)a[0]->size * 2);
    } else if (call >= PICK) {
        PyObject *wide = a[call == AMONG || call == MERGE ? 2 : 1];
        width = wide->number = wide->number % 64 + 1;
        fit(&a[0], (size_t)a[0]->size / width * width);
        if (call == SIEVE) fit(&a[2], (size_t)a[0]->size / width);
        if (call == AMONG || call == MERGE) fit(&a[1], (size_t)a[1]->size / width * width);
    }
}

static void true_arrangement(const PyObject *made, PyObject *const *a) {
    size_t count = (size_t)a[0]->size / 4, many = (size_t)a[1]->size / 8;
    int sensible = a[0]->size % 4 == 0;
    for (size_t i = 0; i < count; i++) {
        uint64_t near = told_number(item(a[0], i, 4), 4), far = near % 0x80000000u;
        if (near >> 31 && (far >= many || told_number(item(a[1], far, 8), 8) >> 63)) sensible = 0;
    }
    require(sensible == (made != NULL), "an index that makes sense is taken, and no other");
    if (made == NULL) return;
    const char *offsets = made->items[0]->bytes, *rows = made->items[1]->bytes, *places = made->items[2]->bytes;
    require(made->items[0]->size == (Py_ssize_t)(8 * count) && made->items[1]->size == (Py_ssize_t)(4 * count), "all entries are there");
    for (size_t i = 0; i < count; i++) {
        size_t row = u32_at(rows, i);
        require(row < count && u32_at(places, row) == i, "rows and places belong to each other");
        uint64_t near = told_number(item(a[0], row, 4), 4);
        if (near >> 31) near = told_number(item(a[1], near % 0x80000000u, 8), 8);
        require(u64_at(offsets, i) == near, "an offset is that of its row");
        require(i == 0 || u64_at(offsets, i - 1) < near || (u64_at(offsets, i - 1) == near && u32_at(rows, i - 1) < row), "entries are in order");
    }
}

/* Whether the base that was found is the one that was told of: there is none, or it begins there, or has that id. */
static int is_base(PyObject *const *a, u32 base, const uint64_t told[4], const uint8_t *header, size_t width) {
    size_t count = (size_t)a[5]->size / 8;
    if (told[0] != 6 && told[0] != 7) return base == NOTHING;
    if (base != NOTHING && base >= count) return 0;
    if (told[0] == 6) {
        if (base != NOTHING) return u64_at(a[5]->bytes, base) == told[2];
        for (size_t i = 1; i < count; i++)
            if (u64_at(a[5]->bytes, i - 1) > u64_at(a[5]->bytes, i)) return 1; /* not in order: nothing need be found */
        for (size_t i = 0; i < count; i++)
            if (u64_at(a[5]->bytes, i) == told[2]) return 0;
        return 1;
    }
    if (base == NOTHING) return 1;
    for (size_t row = 0; row < count; row++)
        if (u32_at(a[7]->bytes, row) == base && !memcmp(item(a[6], row, width), header + told[2], width)) return 1;
    return 0;
}

static void true_headers(const PyObject *made, PyObject *const *a) {
    uint64_t start = a[1]->number, first = a[2]->number, last = a[3]->number, count = (uint64_t)a[5]->size / 8, width = a[8]->number;
    int sensible = width >= 1 && width <= 64 && a[5]->size % 8 == 0 && (uint64_t)a[6]->size == count * width && (uint64_t)a[7]->size == count * 4;
    sensible = sensible && first <= last && last <= count && start <= UINT64_MAX - (uint64_t)a[0]->size;
    require(sensible == (made != NULL), "columns that belong together are taken, and no others");
    if (made == NULL) return;
    for (uint64_t i = 0; i < last - first; i++) {
        uint64_t offset = u64_at(a[5]->bytes, first + i), told[4] = {0};
        const uint8_t *header = NULL;
        if (offset >= start && offset - start < (uint64_t)a[0]->size) {
            header = (const uint8_t *)a[0]->bytes + (offset - start);
            told_header(header, (size_t)a[0]->size - (size_t)(offset - start), offset, (size_t)width, told);
        }
        uint64_t begin = offset + told[3], next = first + i + 1 < count ? u64_at(a[5]->bytes, first + i + 1) : a[4]->number;
        require(byte_of(made->items[0], i) == told[0] && u64_at(made->items[3]->bytes, i) == told[1], "a header is what it says");
        require(u64_at(made->items[1]->bytes, i) == begin, "what is packed begins behind its header");
        require(u64_at(made->items[2]->bytes, i) == (next > begin ? next - begin : 0), "what is packed ends where the next begins");
        require(is_base(a, u32_at(made->items[4]->bytes, i), told, header, (size_t)width), "a base is the one that is told of");
    }
}

static void true_types(const PyObject *made, PyObject *const *a) {
    require((made != NULL) == (a[1]->size == 4 * a[0]->size), "columns that belong together are taken, and no others");
    for (size_t i = 0; made != NULL && i < (size_t)a[0]->size; i++) require(byte_of(made, i) == told_type(a[0], a[1], i), "a type is that of its base");
}

/* Every entry of a batch once, behind its base, and in one piece with its family; the batches no larger than they may be. */
static void true_batches(const PyObject *made, PyObject *const *a, const uint8_t *asked) {
    const char *places = made->items[0]->bytes, *parents = made->items[1]->bytes, *cuts = made->items[3]->bytes;
    size_t many = (size_t)made->items[0]->size / 4, begin = 0;
    for (size_t batch = 0; batch < (size_t)made->items[3]->size / 24; batch++) {
        uint64_t end = u64_at(cuts, 3 * batch), objects = 0, families = 0;
        require(begin < end && end <= many, "batches follow each other");
        for (size_t i = begin; i < end; i++) {
            u32 place = u32_at(places, i), parent = u32_at(parents, i), base = u32_at(a[0]->bytes, place);
            families += parent == NOTHING;
            objects += byte_of(made->items[2], i);
            require(byte_of(made->items[2], i) == asked[place], "it is known what was asked for");
            require((parent == NOTHING) == (base == NOTHING), "what has a base has it in its batch");
            require(parent == NOTHING || (parent < i - begin && u32_at(places, begin + parent) == base), "a base comes before what is made from it");
        }
        require(objects == u64_at(cuts, 3 * batch + 1) && objects > 0, "what was asked for is counted");
        require(families == 1 || (objects <= a[3]->number && u64_at(cuts, 3 * batch + 2) <= a[4]->number), "only a family is too large");
        begin = (size_t)end;
    }
    require(begin == many, "everything is in a batch");
}

static void true_deal(const PyObject *made, PyObject *const *a) {
    uint8_t asked[UINT8_MAX] = {0}, needed[UINT8_MAX] = {0}, found[UINT8_MAX] = {0};
    size_t count = (size_t)a[0]->size / 4;
    int sensible = (size_t)a[1]->size == 8 * count;
    for (size_t i = 0; i < (size_t)a[2]->size / 4; i++) {
        u32 place = u32_at(a[2]->bytes, i);
        sensible = told_way(a[0], place, needed) && sensible;
        if (place < count) asked[place] = 1;
    }
    require(sensible == (made != NULL), "what is there and made from others is dealt, and nothing else");
    if (made == NULL) return;
    for (size_t i = 0; i < (size_t)made->items[0]->size / 4; i++) {
        u32 place = u32_at(made->items[0]->bytes, i);
        require(place < count && !found[place], "nothing is there twice");
        found[place] = 1;
    }
    require(!memcmp(found, needed, sizeof found), "what is needed is there, and nothing else");
    require(made->items[1]->size == made->items[0]->size && 4 * made->items[2]->size == made->items[0]->size, "columns are of one size");
    true_batches(made, a, asked);
}

static void true_choice(int call, const PyObject *made, PyObject *const *a) {
    size_t width = a[1]->number, many = width >= 1 && width <= INT8_MAX ? (size_t)a[0]->size / width : 0, to = 0;
    int sensible = many * width == (size_t)a[0]->size && width >= 1 && width <= INT8_MAX;
    if (call == SIEVE) sensible = sensible && many == (size_t)a[2]->size;
    size_t asked = call == SIEVE ? many : (size_t)a[2]->size / 4;
    for (size_t i = 0; call == PICK && i < asked; i++) sensible = sensible && u32_at(a[2]->bytes, i) < many;
    require(sensible == (made != NULL), "columns that belong together are taken, and no others");
    if (made == NULL) return;
    for (size_t i = 0; i < asked; i++) {
        if (call == SIEVE && byte_of(a[2], i) == 0) continue;
        require(to < (size_t)made->size / width && same(made, to++, a[0], call == SIEVE ? i : u32_at(a[2]->bytes, i), width), "it is the item that was meant");
    }
    require(made->size == (Py_ssize_t)(to * width), "nothing else is there");
}

static int is_ascending(const PyObject *what, size_t width) {
    for (size_t i = 1; i < (size_t)what->size / width; i++)
        if (memcmp(item(what, i - 1, width), item(what, i, width), width) >= 0) return 0;
    return 1;
}

static int holds(const PyObject *what, const PyObject *of, size_t i, size_t width) {
    for (size_t at = 0; at < (size_t)what->size / width; at++)
        if (same(what, at, of, i, width)) return 1;
    return 0;
}

static void true_set(int call, const PyObject *made, PyObject *const *a) {
    size_t width = a[call == ASCENDING ? 1 : 2]->number;
    int sensible = width >= 1 && width <= INT8_MAX && (size_t)a[0]->size % width == 0 && (call == ASCENDING || (size_t)a[1]->size % width == 0);
    require(sensible == (made != NULL), "columns of whole items are taken, and no others");
    if (made == NULL) return;
    if (call == ASCENDING) {
        require(made->number == (uint64_t)is_ascending(a[0], width), "it is ascending or not");
    } else if (call == AMONG) {
        require((size_t)made->size == (size_t)a[0]->size / width, "there is a flag for each");
        for (size_t i = 0; i < (size_t)made->size; i++)
            if (byte_of(made, i) || is_ascending(a[1], width)) require(byte_of(made, i) == holds(a[1], a[0], i, width), "what is there is found");
    } else {
        for (size_t i = 0; i < (size_t)a[0]->size / width; i++) require(holds(made, a[0], i, width), "nothing of the one is lost");
        for (size_t i = 0; i < (size_t)a[1]->size / width; i++) require(holds(made, a[1], i, width), "nothing of the other is lost");
        for (size_t i = 0; i < (size_t)made->size / width; i++) require(holds(a[0], made, i, width) || holds(a[1], made, i, width), "nothing is new");
        if (is_ascending(a[0], width) && is_ascending(a[1], width)) require(is_ascending(made, width), "each is there once, in order");
    }
}

static void compare(int call, const PyObject *made, PyObject *const *a) {
    if (made == NULL && raised == MEMORY_ERROR) return;
    switch (call) {
    case ARRANGE: true_arrangement(made, a); break;
    case HEADERS: true_headers(made, a); break;
    case TYPES: true_types(made, a); break;
    case DEAL: true_deal(made, a); break;
    case PICK:
    case SIEVE: true_choice(call, made, a); break;
    default: true_set(call, made, a);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Case in = {data, size};
    uint64_t kind = taken(&in, 1), failing = taken(&in, 1), start = 0;
    int call = (int)(kind % FITTED % CALLS), count = 0;
    PyObject *a[MOST_ARGUMENTS] = {0}, *args = object();
    for (const char *argued = ARGUMENTS[call]; *argued; argued++, count++) {
        a[count] = argument(&in, *argued, start);
        if (*argued == 'K' && count == 1) start = a[count]->number;
    }
    if (kind & FITTED) fit_all(call, a);
    memcpy(args->items, a, sizeof a);
    PyObject *made = called(FUNCTIONS[call], args, (unsigned)failing);
    compare(call, made, a);
    Py_XDECREF(made);
    Py_DECREF(args);
    require(living == 0, "nothing is kept");
    return 0;
}
