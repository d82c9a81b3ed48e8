/* One variant alone. There is nothing beside it to fill the time in which a queue waits for its
 * last sum, so the queue is a loop of its own, as short as it can be, over the requests that are
 * served; what does not depend on the one before is worked out around it, several at a time. */
#include "sim/whatif_lanes.h"

#include "sim/stats/lanes.h"

#include <math.h>
#include <stdbool.h>

enum { TILE = 128, PARTS = 8 };

/* The requests of a tile that are served. */
struct served {
	int count;
	const double *at, *service;
	const int *which; /* NULL: all, one after the other */
	double need_ns[TILE], stay_ns[TILE];
	uint32_t place[TILE];
	double kept_at[TILE], kept_service[TILE];
	int kept[TILE];
};

static inline void choose(struct served *s, const struct whatif_columns *r, int64_t from, int count,
			  double share)
{
	int kept = 0;
	s->count = count;
	s->at = r->at + from;
	s->service = r->service + from;
	s->which = NULL;
	if (share >= 0x1p32)
		return;
	for (int i = 0; i < count; i++) {
		s->kept_at[kept] = r->at[from + i];
		s->kept_service[kept] = r->service[from + i];
		s->kept[kept] = i;
		kept += r->side[from + i] < share;
	}
	s->count = kept;
	s->at = s->kept_at;
	s->service = s->kept_service;
	s->which = s->kept;
}

static inline void stretch(struct served *s, double factor)
{
	const double *restrict service = s->service;
	for (int i = 0; i < s->count; i++) /* NOLINTNEXTLINE: choose has set them */
		s->need_ns[i] = (service[i] * factor + WHATIF_WHOLE) - WHATIF_WHOLE;
}

/* ---- queues */

static inline void queue_nowhere(struct served *s)
{
	for (int i = 0; i < s->count; i++)
		s->stay_ns[i] = s->need_ns[i];
}

/* Lindley 1952, told by when the server is free. */
static inline void queue_for_one(struct served *s, double *free_at)
{
	const double *restrict at = s->at;
	double free_ns = *free_at;
	for (int i = 0; i < s->count; i++) {
		double start = free_ns > at[i] ? free_ns : at[i];
		free_ns = start + s->need_ns[i];
		s->stay_ns[i] = free_ns - at[i];
	}
	*free_at = free_ns;
}

/* Slots ascend by when they are free: the first is taken, and sorted in again. */
static inline void queue_for_some(struct served *s, double *restrict free_ns, int slots)
{
	for (int i = 0; i < s->count; i++) {
		double start = free_ns[0] > s->at[i] ? free_ns[0] : s->at[i];
		double done = start + s->need_ns[i];
		int place = 0;
		for (; place + 1 < slots && free_ns[place + 1] < done; place++)
			free_ns[place] = free_ns[place + 1];
		free_ns[place] = done;
		s->stay_ns[i] = done - s->at[i];
	}
}

static inline void queue_up(struct served *s, struct whatif_lanes *lane)
{
	if (!lane->slots)
		queue_nowhere(s);
	else if (lane->slots == 1)
		queue_for_one(s, lane->free_ns);
	else
		queue_for_some(s, lane->free_ns, lane->slots);
}

/* ---- what became of them */

/* Several sums at a time; of whole numbers, so that they come to the same. */
static inline double add_up(const double *x, int count)
{
	double part[PARTS] = {0}, sum = 0;
	int i = 0;
	for (; i + PARTS <= count; i += PARTS)
		for (int p = 0; p < PARTS; p++)
			part[p] += x[i + p];
	for (; i < count; i++)
		sum += x[i];
	for (int p = 0; p < PARTS; p++)
		sum += part[p];
	return sum;
}

static inline void count_all(struct served *s, struct whatif_sums *sums)
{
	uint32_t *restrict counts = sums->count;
	double busy_ns = add_up(s->need_ns, s->count);
	int waited = 0;
	for (int i = 0; i < s->count; i++)
		s->place[i] = whatif_row(s->stay_ns[i]);
	for (int i = 0; i < s->count; i++)
		waited += s->stay_ns[i] > s->need_ns[i];
	for (int i = 0; i < s->count; i++)
		counts[s->place[i]]++;
	sums->busy_ns[0] += busy_ns;
	sums->wait_ns[0] += add_up(s->stay_ns, s->count) - busy_ns;
	sums->waited[0] += waited;
}

/* Whether anything in a tile may have gone wrong: mostly nothing has. */
static inline bool is_suspect(const struct served *s, const struct whatif_lanes *lane,
			      const uint32_t *restrict outcome, int count)
{
	uint32_t last = (uint32_t)(lane->errors[0] - (lane->errors[0] >= 1));
	int failed = 0, slow = 0;
	for (int i = 0; i < count; i++)
		failed |= outcome[i] <= last;
	if (isfinite(lane->limit_ns))
		for (int i = 0; i < s->count; i++)
			slow |= s->stay_ns[i] > lane->limit_ns;
	return failed | slow;
}

static inline void judge_all(const struct served *s, struct whatif_lanes *lane,
			     const struct whatif_columns *r, int64_t from, struct whatif_sums *sums)
{
	for (int k = 0; k < s->count; k++) {
		int64_t i = from + (s->which ? s->which[k] : k);
		bool failed = (double)r->outcome[i] < lane->errors[0];
		if (!(failed | (s->stay_ns[k] > lane->limit_ns)))
			continue;
		sums->failed[0] += failed;
		sums->harmed[0] += r->fine[i];
		if (r->fine[i] && r->user && r->user[i] != UINT32_MAX)
			lane->harmed_by[r->user[i]] = 1;
	}
}

LANES_CLONED void whatif_one_serve(struct whatif_lanes *lane, const struct whatif_columns *requests,
				   int64_t from, int64_t to, struct whatif_sums *sums)
{
	struct served served;
	for (; from < to; from += TILE) {
		int count = to - from < TILE ? (int)(to - from) : TILE;
		choose(&served, requests, from, count, lane->share[0]);
		stretch(&served, lane->factor[0]);
		queue_up(&served, lane);
		count_all(&served, sums);
		if (is_suspect(&served, lane, requests->outcome + from, count))
			judge_all(&served, lane, requests, from, sums);
	}
}
