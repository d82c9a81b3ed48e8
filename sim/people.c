/* One random word a request, or a session, decides everything about who sends it; what follows
 * from a person follows from the person's number, so that nobody ever moves. */
#include "sim/people.h"

#include "sim/recording.h"

#include <math.h>

/* Places to which a word is expanded; from TRIES on, other users than the first. */
enum { PLACE_ANONYMOUS = 1, PLACE_COHORT, PLACE_REGION, PLACE_TRIES };

/* A user of the right region is found within a few tries for each such user among all. Where there
 * is none, nobody is left to come from there, and somebody else does. */
enum { MOST_TRIES = 4096 };

static inline uint32_t user_of(const struct population *p, uint64_t word)
{
	uint32_t column = (uint32_t)(((word >> 32) * (uint64_t)p->users) >> 32);
	const struct alias *alias = &p->alias[column];
	return (uint32_t)word < alias->keep ? column : alias->other;
}

/* ---- the usual: everybody known, or nobody */

static void draw_users(struct requests *r)
{
	const struct population *p = &r->plan->population;
	struct batch *b = &r->batch;
	uint64_t word[BATCH];
	rng_fill64(&r->users, word, (size_t)b->size);
	for (int i = 0; i < b->size; i++)
		b->user[i] = user_of(p, word[i]);
	if (r->sticky)
		for (int i = 0; i < b->size; i++)
			b->bucket[i] = router_bucket(b->user[i], r->user_salt);
}

static void draw_cohorts(struct requests *r)
{
	const struct plan *plan = r->plan;
	struct batch *b = &r->batch;
	uint32_t bits[BATCH];
	if (plan->population.users)
		for (int i = 0; i < b->size; i++)
			bits[i] = router_bucket(b->user[i], r->cohort_salt);
	else
		rng_fill32(&r->users, bits, ((size_t)b->size + 1) & ~(size_t)1);
	for (int i = 0; i < b->size; i++)
		b->cohort[i] =
			(uint8_t)population_cohort(&plan->population, plan->cohorts, bits[i]);
}

/* ---- the rest, request by request */

static bool has_sessions(const struct plan *plan)
{
	return ((const struct traffic *)plan->traffic.plugin)->sessions;
}

static bool is_usual(const struct plan *plan)
{
	const struct population *p = &plan->population;
	return !p->offsets && p->turnover == 0 && p->anonymous == 0 && !has_sessions(plan);
}

static void draw_words(struct requests *r, uint64_t *word)
{
	const struct batch *b = &r->batch;
	uint64_t salt = (uint64_t)r->cohort_salt << 32 | r->user_salt;
	if (!has_sessions(r->plan))
		rng_fill64(&r->users, word, (size_t)b->size);
	else
		for (int i = 0; i < b->size; i++)
			word[i] = rng_expand(salt, (uint64_t)b->session[i] + 1);
}

/* In proportion to how busy the regions are. */
static int draw_region(const struct plan *plan, uint64_t word, sim_time at)
{
	double weight[MAX_REGIONS], sum = 0;
	int region = 0, last = plan->population.regions - 1;
	intensity_regions(plan, at, weight);
	for (int r = 0; r <= last; r++)
		sum += weight[r];
	double left = (double)(rng_expand(word, PLACE_REGION) >> 11) * 0x1p-53 * sum;
	while (region < last && left >= weight[region])
		left -= weight[region++];
	return region;
}

/* Whoever has the user's place at a time. Places change hands at equal intervals, each in a phase
 * of its own. */
static uint32_t person_of(const struct requests *r, uint32_t user, sim_time at)
{
	const struct population *p = &r->plan->population;
	uint32_t phase = router_bucket(user, r->user_salt ^ ~r->cohort_salt);
	double changes = p->turnover * (double)at + (double)phase * 0x1p-32;
	return user + (uint32_t)p->users * (uint32_t)changes;
}

static int cohort_of_person(const struct requests *r, uint32_t person)
{
	return population_cohort(&r->plan->population, r->plan->cohorts,
				 router_bucket(person, r->cohort_salt));
}

/* Tries users until one is of the region: that is the law of users, given the region. */
static uint32_t draw_person(const struct requests *r, uint64_t word, sim_time at, int region)
{
	const struct population *p = &r->plan->population;
	uint32_t person = person_of(r, user_of(p, word), at);
	for (uint64_t try = 0; region >= 0 && try < MOST_TRIES; try++) {
		if (cohort_of_person(r, person) % p->regions == region)
			break;
		uint64_t other = rng_expand(word, PLACE_TRIES + try);
		person = person_of(r, user_of(p, other), at);
	}
	return person;
}

static int draw_cohort(const struct plan *plan, uint64_t word, int region)
{
	const struct population *p = &plan->population;
	uint32_t bits = (uint32_t)(rng_expand(word, PLACE_COHORT) >> 32);
	int cohort = population_cohort(p, plan->cohorts, bits);
	return region < 0 ? cohort : cohort / p->regions * p->regions + region;
}

static void draw_one(struct requests *r, int i, uint64_t word, uint64_t anonymous)
{
	const struct plan *plan = r->plan;
	struct batch *b = &r->batch;
	sim_time at = has_sessions(plan) ? b->born[i] : b->at[i];
	int region = plan->population.offsets ? draw_region(plan, word, at) : -1;
	if (!plan->population.users || rng_expand(word, PLACE_ANONYMOUS) >> 32 < anonymous) {
		b->user[i] = NOBODY;
		b->cohort[i] = (uint8_t)draw_cohort(plan, word, region);
		return;
	}
	b->user[i] = draw_person(r, word, at, region);
	b->cohort[i] = (uint8_t)cohort_of_person(r, b->user[i]);
	if (r->sticky)
		b->bucket[i] = router_bucket(b->user[i], r->user_salt);
}

/* ---- recorded: whoever it was */

static void recall_people(struct requests *r)
{
	const struct plan *plan = r->plan;
	struct batch *b = &r->batch;
	for (int i = 0; i < b->size; i++) {
		b->user[i] = plan->recording->user[b->row[i]];
		if (b->user[i] == NOBODY) {
			uint64_t word = rng_expand(r->cohort_salt, (uint64_t)b->row[i] + 1);
			b->cohort[i] = (uint8_t)draw_cohort(plan, word, -1);
			continue;
		}
		b->cohort[i] = (uint8_t)cohort_of_person(r, b->user[i]);
		if (r->sticky)
			b->bucket[i] = router_bucket(b->user[i], r->user_salt);
	}
}

/* Of their segments whatever the rest says; where they are is not recorded. */
static void recall_segments(struct requests *r)
{
	const struct plan *plan = r->plan;
	const int8_t *recorded = plan->recording->segment;
	struct batch *b = &r->batch;
	int regions = plan->population.regions;
	for (int i = 0; i < b->size; i++) {
		int8_t place = recorded[b->row[i]];
		int segment = place < 0 ? -1 : plan->recorded_segment[place];
		if (segment >= 0)
			b->cohort[i] = (uint8_t)(segment * regions + b->cohort[i] % regions);
	}
}

static void draw_people(struct requests *r)
{
	const struct plan *plan = r->plan;
	uint64_t word[BATCH];
	if (plan->recorded_users) {
		recall_people(r);
		return;
	}
	if (is_usual(plan)) {
		if (plan->population.users)
			draw_users(r);
		if (plan->cohorts > 1)
			draw_cohorts(r);
		return;
	}
	uint64_t anonymous = (uint64_t)llround(plan->population.anonymous * 0x1p32);
	draw_words(r, word);
	for (int i = 0; i < r->batch.size; i++)
		draw_one(r, i, word[i], anonymous);
}

void people_draw(struct requests *r)
{
	draw_people(r);
	if (r->plan->recorded_segment)
		recall_segments(r);
}

uint32_t people_own_bits(const struct requests *r, int attribute, uint32_t user)
{
	uint64_t salt = (uint64_t)r->user_salt << 32 | r->cohort_salt;
	uint64_t own = rng_expand(salt, (uint64_t)attribute + 1);
	return (uint32_t)(rng_expand(own, (uint64_t)user + 1) >> 32);
}

void people_keep_bits(const struct requests *r, int attribute, uint32_t *bits)
{
	const struct batch *b = &r->batch;
	for (int i = 0; i < b->size; i++)
		if (b->user[i] != NOBODY)
			bits[i] = people_own_bits(r, attribute, b->user[i]);
}
