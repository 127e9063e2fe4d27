/*
 * What is true of a delta, written down a second time from gitformat-pack(5): byte by byte, without a thought to
 * speed or memory, and not in the way of `_delta.c`.
 */
#ifndef KEYTRAIL_FUZZ_ORACLE_H
#define KEYTRAIL_FUZZ_ORACLE_H
#include <Python.h>

enum { MOST = 1 << 18, FINEST_RUN = 32 };
/* The limit that is given to `apply`, and how many bytes of a child there are for each run, with as many runs for nothing. */

/* One instruction: to copy from `offset`, or to take `length` bytes that are at `offset` of the delta. */
typedef struct {
    int copies;
    uint64_t offset, length;
} Step;

/* The instruction at `*at`, which moves behind it; 0 where there is none. */
static int step(const uint8_t *delta, size_t size, size_t *at, Step *out) {
    uint8_t code = delta[(*at)++], number[8] = {0};
    out->copies = code >= 0x80;
    if (!out->copies) {
        out->offset = *at;
        out->length = code;
        *at += code;
        return code != 0 && *at <= size;
    }
    for (int i = 0; i < 7; i++)
        if (code >> i & 1) {
            if (*at >= size) return 0;
            number[i] = delta[(*at)++];
        }
    out->offset = number[0] + 256u * number[1] + 65536u * number[2] + 16777216u * (uint64_t)number[3];
    out->length = number[4] + 256u * number[5] + 65536u * number[6];
    if (out->length == 0) out->length = 65536;
    return 1;
}

/* A number of seven bits a byte of at most nine bytes; 0 where it does not end. */
static int number(const uint8_t *delta, size_t size, size_t *at, uint64_t *out) {
    *out = 0;
    for (unsigned i = 0; i < 9 && *at < size; i++) {
        uint8_t byte = delta[(*at)++];
        *out += (uint64_t)(byte % 128) << (7 * i);
        if (byte < 128) return 1;
    }
    return 0;
}

static uint8_t told_child[MOST];
static int64_t origin[MOST]; /* where in the base each byte of the child is from, -1: nowhere */

/* The size of the child, which is then in `told_child`; -1 where the delta makes no sense. */
static int64_t made_of(const uint8_t *base, size_t have, const uint8_t *delta, size_t size) {
    size_t at = 0, made = 0;
    uint64_t from, to;
    if (!number(delta, size, &at, &from) || !number(delta, size, &at, &to) || from != have || to > MOST) return -1;
    while (at < size) {
        Step now;
        if (!step(delta, size, &at, &now) || now.length > to - made || (now.copies && now.offset + now.length > have)) return -1;
        for (uint64_t i = 0; i < now.length; i++, made++) {
            told_child[made] = now.copies ? base[now.offset + i] : delta[now.offset + i];
            origin[made] = now.copies ? (int64_t)(now.offset + i) : -1;
        }
    }
    return made == to ? (int64_t)made : -1;
}

/* Whether what is before and behind `at` of the child lay together in the base too, the ends of both texts included. */
static int unbroken(uint64_t at, uint64_t size, uint64_t have) {
    if (at == 0) return origin[0] == 0;
    if (at == size) return origin[at - 1] >= 0 && origin[at - 1] == (int64_t)have - 1;
    return origin[at - 1] >= 0 && origin[at] == origin[at - 1] + 1;
}

static uint64_t before(uint64_t at, uint64_t reach) { return at > reach ? at - reach : 0; }
static uint64_t behind(uint64_t at, uint64_t reach, uint64_t size) { return size - at > reach ? at + reach : size; }

/* Runs are in order and apart, are true copies, and are everything that was copied. */
static void runs_are_true(const uint64_t *run, size_t count, uint64_t size) {
    uint64_t covered = 0, all = 0, end = 0;
    for (size_t i = 0; i < count; i++, run += 3) {
        require(run[2] > 0 && (i == 0 || run[0] >= end), "runs are in order and apart");
        end = run[0] + run[2];
        require(end <= size, "a run lies in the child");
        for (uint64_t at = 0; at < run[2]; at++) require(origin[run[0] + at] == (int64_t)(run[1] + at), "a run is a copy");
        covered += run[2];
    }
    for (uint64_t at = 0; at < size; at++) all += origin[at] >= 0;
    require(covered == all, "what was copied is in a run");
}

/* Windows go around every place where something changed, as far as they must and no further, and are one where they meet. */
static void windows_are_true(const uint64_t *window, size_t count, uint64_t size, uint64_t have, uint64_t reach) {
    const uint64_t *end = window + 4 * count;
    uint64_t last = 0;
    int inside = 0;
    for (uint64_t at = 0; size && at <= size; at++) {
        if (unbroken(at, size, have)) continue;
        uint64_t start = before(at, reach);
        int apart = at - last > 1 || origin[last] >= 0; /* from the last change, which may go on in a byte that is new */
        if (inside && apart && start > behind(last, reach, size)) {
            require(window[3] == last && window[1] == behind(last, reach, size), "a window ends where its last change does");
            window += 4;
            inside = 0;
        }
        if (!inside) require(window < end && window[2] == at && window[0] == start, "a window begins with its first change");
        inside = 1;
        last = at;
    }
    if (inside) {
        require(window[3] == last && window[1] == behind(last, reach, size), "the last window ends where its last change does");
        window += 4;
    }
    require(window == end, "there are no more windows");
}

/* How many pieces of the child lay in one piece in the base. */
static uint64_t pieces(uint64_t size) {
    uint64_t found = 0;
    for (uint64_t at = 0; at < size; at++) found += origin[at] >= 0 && (at == 0 || origin[at] != origin[at - 1] + 1 || origin[at - 1] < 0);
    return found;
}
#endif
