/* The hot loop of whatif. Requests come a tile at a time, so that what the steps hand to each other
 * stays in the nearest cache: first every eight lanes walk through the tile with their queues in
 * registers, then all are counted, then the few requests that may have gone wrong are looked at. */
#include "sim/whatif_lanes.h"

#include "sim/stats/lanes.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#define INLINED static inline __attribute__((always_inline))

enum { TILE = 32, QUAD = 4, OCTET = 2 * QUAD };

/* Four lanes in a register, or in two of half the size. */
typedef double quad __attribute__((vector_size(QUAD * sizeof(double))));
typedef int64_t mask __attribute__((vector_size(QUAD * sizeof(int64_t))));
typedef uint64_t words __attribute__((vector_size(QUAD * sizeof(uint64_t))));
typedef uint32_t halves __attribute__((vector_size(OCTET * sizeof(uint32_t))));

/* What the steps hand to each other: how long requests take in each lane, and where they count. */
struct tile {
	_Alignas(64) double stay_ns[TILE * WHATIF_LANES];
	_Alignas(64) uint32_t place[TILE * WHATIF_LANES];
};

/* Four lanes on their way through a tile. */
struct walker {
	quad factor, share;
	quad free_ns; /* of the only slot */
	quad wait_ns, busy_ns;
	mask waited;
	quad *slot; /* of several: those of other lanes lie between */
};

/* How lanes queue, and whether being slow is a harm; constant wherever it is used, so that each way
 * gets a loop of its own. */
struct way {
	enum { NO_QUEUE, ONE_SLOT, SLOTS } queue;
	bool limited;
};

#define WHERE(which, a)	    ((quad)((which) & (mask)(a)))
#define EITHER(which, a, b) ((quad)(((which) & (mask)(a)) | (~(which) & (mask)(b))))

/* Slots in the order in which they fall free: the first is taken out, and comes back later. */
INLINED void take_slot(quad *slot, int slots, int stride, const quad *done)
{
	quad last = *done;
	for (int s = 1; s < slots; s++) {
		quad next = slot[s * stride];
		mask sooner = next < last;
		slot[(s - 1) * stride] = EITHER(sooner, next, last);
		last = EITHER(sooner, last, next);
	}
	slot[(slots - 1) * stride] = last;
}

/* One request in four lanes: how long it takes. For one that a lane does not serve it is always
 * long ago, and nothing is to be done: so its slot falls free when it did. */
INLINED void walk(struct walker *w, double at, double service, int slots, int stride,
		  struct way way, double side, quad *stay)
{
	const quad never = (quad){0} - INFINITY, nowhere = (quad){0} + WHATIF_UNSERVED;
	mask served = side < w->share;
	quad need = (service * w->factor + WHATIF_WHOLE) - WHATIF_WHOLE;
	need = WHERE(served, need);
	w->busy_ns += need;
	if (way.queue == NO_QUEUE) {
		*stay = EITHER(served, need, nowhere);
		return;
	}
	quad came = EITHER(served, (quad){0} + at, never);
	quad free_ns = way.queue == ONE_SLOT ? w->free_ns : w->slot[0];
	mask busy = free_ns > came;
	quad start = EITHER(busy, free_ns, came), done = start + need, wait = start - at;
	w->wait_ns += WHERE(served, wait);
	w->waited -= busy & served; /* a mask is -1 */
	if (way.queue == ONE_SLOT)
		w->free_ns = done;
	else
		take_slot(w->slot, slots, stride, &done);
	*stay = EITHER(served, wait + need, nowhere);
}

/* The rows in which two times of four lanes count: halves of words, those of the second four
 * shifted in between those of the first. */
#define ROWS(a, b)                                                                                 \
	((halves)(((words)((a) + HISTOGRAM_SHIFT) >> 47) |                                         \
		  (((words)((b) + HISTOGRAM_SHIFT) >> 47) << 32)))

INLINED void find_origin(halves *origin, int lane, int width)
{
	words first = {0, 1, 2, 3};
	halves of_lane = (halves)(first | (first + QUAD) << 32);
	*origin = of_lane + ((uint32_t)lane - ((uint32_t)(1023 + 10) << 5) * (uint32_t)width);
}

INLINED void begin_walk(struct walker *w, const struct whatif_lanes *lanes,
			const struct whatif_sums *sums, int lane, struct way way)
{
	memcpy(&w->factor, lanes->factor + lane, sizeof w->factor);
	memcpy(&w->share, lanes->share + lane, sizeof w->share);
	memcpy(&w->wait_ns, sums->wait_ns + lane, sizeof w->wait_ns);
	memcpy(&w->busy_ns, sums->busy_ns + lane, sizeof w->busy_ns);
	memcpy(&w->waited, sums->waited + lane, sizeof w->waited);
	if (way.queue == ONE_SLOT)
		memcpy(&w->free_ns, lanes->free_ns + lane, sizeof w->free_ns);
	if (way.queue == SLOTS)
		w->slot = (quad *)(void *)(lanes->free_ns + lane);
}

INLINED void end_walk(const struct walker *w, struct whatif_lanes *lanes, struct whatif_sums *sums,
		      int lane, struct way way)
{
	memcpy(sums->wait_ns + lane, &w->wait_ns, sizeof w->wait_ns);
	memcpy(sums->busy_ns + lane, &w->busy_ns, sizeof w->busy_ns);
	memcpy(sums->waited + lane, &w->waited, sizeof w->waited);
	if (way.queue == ONE_SLOT)
		memcpy(lanes->free_ns + lane, &w->free_ns, sizeof w->free_ns);
}

/* Two fours at a time: one works while the other waits for its sums. */
INLINED void walk_octet(struct whatif_lanes *lanes, const struct whatif_columns *r, int64_t from,
			int count, struct whatif_sums *sums, int lane, struct tile *tile,
			struct way way)
{
	struct walker w[2];
	const int width = lanes->width, slots = lanes->slots, stride = width / QUAD;
	halves origin;
	find_origin(&origin, lane, width);
	begin_walk(&w[0], lanes, sums, lane, way);
	begin_walk(&w[1], lanes, sums, lane + QUAD, way);
	for (int i = 0; i < count; i++) {
		quad stay[2], *stays = (quad *)(void *)(tile->stay_ns + i * width + lane);
		double at = r->at[from + i], service = r->service[from + i];
		for (int h = 0; h < 2; h++)
			walk(&w[h], at, service, slots, stride, way, r->side[from + i], &stay[h]);
		if (way.limited) {
			stays[0] = stay[0];
			stays[1] = stay[1];
		}
		halves place = ROWS(stay[0], stay[1]) * (uint32_t)width + origin;
		memcpy(tile->place + i * width + lane, &place, sizeof place);
	}
	end_walk(&w[0], lanes, sums, lane, way);
	end_walk(&w[1], lanes, sums, lane + QUAD, way);
}

/* ---- the few that may have gone wrong */

/* Four lanes; the bits of those that harm somebody who fared well on the record. */
INLINED void judge_quad(const struct whatif_lanes *lanes, const struct whatif_columns *r, int64_t i,
			const double *stay_ns, int lane, struct way way, struct whatif_sums *sums,
			mask *harmed_by)
{
	const quad *share = (const quad *)(const void *)(lanes->share + lane);
	const quad *errors = (const quad *)(const void *)(lanes->errors + lane);
	mask *failed = (mask *)(void *)(sums->failed + lane);
	mask *harmed = (mask *)(void *)(sums->harmed + lane);
	mask served = r->side[i] < *share, bad = (double)r->outcome[i] < *errors;
	*failed -= served & bad;
	if (way.limited)
		bad |= *(const quad *)(const void *)(stay_ns + lane) > lanes->limit_ns;
	bad &= served & -(int64_t)r->fine[i];
	*harmed -= bad;
	*harmed_by |= bad & ((mask){1, 2, 4, 8} << lane);
}

INLINED void judge(struct whatif_lanes *lanes, const struct whatif_columns *r, int64_t i,
		   const double *stay_ns, struct way way, struct whatif_sums *sums)
{
	mask by = {0};
	for (int lane = 0; lane < lanes->width; lane += QUAD)
		judge_quad(lanes, r, i, stay_ns, lane, way, sums, &by);
	uint32_t harmed_by = (uint32_t)(by[0] | by[1] | by[2] | by[3]);
	if (harmed_by && r->user && r->user[i] != UINT32_MAX)
		lanes->harmed_by[r->user[i]] |= harmed_by;
}

INLINED bool is_slow(const double *stay_ns, int width, double limit_ns)
{
	mask slow = {0};
	for (int l = 0; l < width; l += QUAD)
		slow |= *(const quad *)(const void *)(stay_ns + l) > limit_ns;
	return (slow[0] | slow[1] | slow[2] | slow[3]) != 0;
}

INLINED void judge_tile(struct whatif_lanes *lanes, const struct whatif_columns *r, int64_t from,
			int count, const struct tile *tile, struct way way,
			struct whatif_sums *sums)
{
	for (int i = 0; i < count; i++) {
		const double *stay_ns = tile->stay_ns + i * lanes->width;
		bool suspect = (double)r->outcome[from + i] < lanes->most_errors;
		if (way.limited && r->fine[from + i])
			suspect |= is_slow(stay_ns, lanes->width, lanes->limit_ns);
		if (suspect)
			judge(lanes, r, from + i, stay_ns, way, sums);
	}
}

/* ---- tile by tile */

INLINED void serve(struct whatif_lanes *lanes, const struct whatif_columns *r, int64_t from,
		   int64_t to, struct whatif_sums *sums, struct way way)
{
	struct tile tile;
	uint32_t *restrict counts = sums->count;
	assert(lanes->width >= OCTET);
	assert(lanes->width % OCTET == 0);
	for (; from < to; from += TILE) {
		int count = to - from < TILE ? (int)(to - from) : TILE;
		for (int lane = 0; lane < lanes->width; lane += OCTET)
			walk_octet(lanes, r, from, count, sums, lane, &tile, way);
		for (int j = 0; j < count * lanes->width; j++)
			counts[tile.place[j]]++; /* NOLINT: walk_octet has set them */
		judge_tile(lanes, r, from, count, &tile, way, sums);
	}
}

typedef void serving(struct whatif_lanes *lanes, const struct whatif_columns *r, int64_t from,
		     int64_t to, struct whatif_sums *sums);

#define SERVING(name, queue, limited)                                                              \
	LANES_CLONED static void name(struct whatif_lanes *lanes, const struct whatif_columns *r,  \
				      int64_t from, int64_t to, struct whatif_sums *sums)          \
	{                                                                                          \
		serve(lanes, r, from, to, sums, (struct way){queue, limited});                     \
	}

SERVING(serve_unlimited, NO_QUEUE, false)
SERVING(serve_unlimited_in_time, NO_QUEUE, true)
SERVING(serve_one, ONE_SLOT, false)
SERVING(serve_one_in_time, ONE_SLOT, true)
SERVING(serve_slots, SLOTS, false)
SERVING(serve_slots_in_time, SLOTS, true)

void whatif_lanes_serve(struct whatif_lanes *lanes, const struct whatif_columns *requests,
			int64_t from, int64_t to, struct whatif_sums *sums)
{
	static serving *const ways[3][2] = {{serve_unlimited, serve_unlimited_in_time},
					    {serve_one, serve_one_in_time},
					    {serve_slots, serve_slots_in_time}};
	int queue = lanes->slots > 1 ? 2 : lanes->slots;
	ways[queue][isfinite(lanes->limit_ns)](lanes, requests, from, to, sums);
}
