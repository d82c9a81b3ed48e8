/* A recording replayed: beside the shortest loop that could do it, one variant, and 32 that share a
 * pass. The passes are those of what-if, with all they count, block by block into memory that was
 * not touched before. */
#include "bench/whatif.h"

#include "bench/floor.h"

#include "sim/whatif.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { CUSTOMERS = 1 << 21, BLOCKS = 100, ROUNDS = 7, MOST = WHATIF_LANES };

struct room {
	struct floor_customer *customer;
	struct whatif_traffic traffic;
	struct whatif_variant variant[MOST];
	struct arena arena;
};

static double cpu_seconds(void)
{
	struct timespec t;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* ---- the recording: what the floor reads, as what-if holds it */

static void make_traffic(struct room *room)
{
	struct whatif_traffic *t = &room->traffic;
	double *at = arena_take(&room->arena, CUSTOMERS * sizeof *at), now = 0;
	double *service = arena_take(&room->arena, CUSTOMERS * sizeof *service);
	double *side = arena_take(&room->arena, CUSTOMERS * sizeof *side);
	uint32_t *outcome = arena_take(&room->arena, CUSTOMERS * sizeof *outcome);
	uint8_t *fine = arena_take(&room->arena, CUSTOMERS);
	int64_t *block = arena_take(&room->arena, (BLOCKS + 1) * sizeof *block);
	for (int i = 0; i < CUSTOMERS; i++) {
		at[i] = now += (double)room->customer[i].gap;
		service[i] = (double)room->customer[i].service;
		side[i] = (double)((uint32_t)i * UINT32_C(0x9e3779b9));
		outcome[i] = (uint32_t)i * UINT32_C(0x85ebca6b);
		fine[i] = 1;
	}
	for (int b = 0; b <= BLOCKS; b++)
		block[b] = (int64_t)CUSTOMERS * b / BLOCKS;
	*t = (struct whatif_traffic){.columns = {at, service, side, outcome, NULL, fine},
				     .requests = CUSTOMERS,
				     .span = (sim_time)now,
				     .limit_ns = INFINITY,
				     .blocks = BLOCKS,
				     .block = block,
				     .outcomes = true,
				     .durations = true};
}

/* The first changes nothing but that requests wait for it. */
static void make_variants(struct room *room)
{
	for (int i = 0; i < MOST; i++)
		room->variant[i] = (struct whatif_variant){.latency = 1 + 0.01 * (i / 4 % 8),
							   .errors = {CHANGE_ADD, 0.002 * (i % 2)},
							   .share = i / 2 % 2 ? 0.5 : 1,
							   .slots = 1,
							   .speed = 1};
}

/* ---- passes */

static void set_lanes(struct whatif_lanes *lanes, const struct room *room, int count, int slots)
{
	*lanes = (struct whatif_lanes){
		.width = count, .slots = slots, .limit_ns = room->traffic.limit_ns};
	for (int l = 0; l < count; l++) {
		lanes->factor[l] = room->variant[l].latency;
		lanes->share[l] = room->variant[l].share * 0x1p32;
		lanes->errors[l] = room->variant[l].errors.amount * 0x1p32;
		lanes->most_errors = fmax(lanes->most_errors, lanes->errors[l]);
	}
}

static void *or_die(void *memory)
{
	if (!memory)
		exit(3);
	return memory;
}

/* Seconds; the mean time in the system of the first lane. */
static double time_pass(const struct room *room, int count, int slots, double *answer)
{
	static struct whatif_lanes lanes;
	const int64_t *block = room->traffic.block;
	size_t cells = (size_t)WHATIF_HEIGHT * (size_t)count;
	size_t room_for = ((size_t)slots + 1) * (size_t)count * sizeof(double);
	struct whatif_sums *sums = or_die(aligned_alloc(64, BLOCKS * sizeof *sums));
	double *free_ns = or_die(aligned_alloc(64, (room_for + 63) / 64 * 64)), sum = 0;
	double began = cpu_seconds();
	set_lanes(&lanes, room, count, slots);
	lanes.free_ns = free_ns;
	for (int i = 0; i < (slots + 1) * count; i++)
		free_ns[i] = 0;
	for (int b = 0; b < BLOCKS; b++) {
		sums[b] = (struct whatif_sums){.count = or_die(calloc(cells, sizeof(uint32_t)))};
		(count == 1 ? whatif_one_serve : whatif_lanes_serve)(
			&lanes, &room->traffic.columns, block[b], block[b + 1], &sums[b]);
	}
	double seconds = cpu_seconds() - began;
	for (int b = 0; b < BLOCKS; b++) {
		sum += sums[b].wait_ns[0] + sums[b].busy_ns[0];
		free(sums[b].count);
	}
	*answer = sum / CUSTOMERS;
	free(free_ns);
	free(sums);
	return seconds;
}

static double time_run(const struct room *room, double *answer)
{
	static struct whatif_answer answers[MOST];
	double began = cpu_seconds();
	whatif_run(&room->traffic, room->variant, MOST, 1, 1000, answers, NULL);
	*answer = answers[0].of[WHATIF_WAIT].value;
	return cpu_seconds() - began;
}

/* ---- rows */

struct row {
	const char *name;
	int lanes, slots;
	const char *bar;
	double best_ns, answer; /* ns of a request in a variant */
};

static void print_rows(const struct row *rows, int count, double floor_ns)
{
	for (int i = 0; i < count; i++)
		printf("  %-58s %7.2f ns %6.2f x   %s\n", rows[i].name, rows[i].best_ns,
		       rows[i].best_ns / floor_ns, rows[i].bar);
}

void bench_whatif(void)
{
	struct row rows[] = {
		{"one variant, one slot", 1, 1, "at most 1.5", INFINITY, 0},
		{"one variant without limit", 1, 0, "", INFINITY, 0},
		{"one variant, 8 slots", 1, 8, "", INFINITY, 0},
		{"32 variants share a pass, one slot, each", 32, 1, "at most 1.5 ns", INFINITY, 0},
		{"32 variants without limit, each", 32, 0, "at most 1.5 ns", INFINITY, 0},
		{"32 variants, 8 slots, each", 32, 8, "", INFINITY, 0},
	};
	enum { ROWS = sizeof rows / sizeof *rows };
	static struct room room;
	double floor_ns = INFINITY, floor_stay = 0, run_ns = INFINITY, run_wait = 0;
	room.customer = arena_take(&room.arena, CUSTOMERS * sizeof *room.customer);
	floor_record(room.customer, CUSTOMERS);
	make_traffic(&room);
	make_variants(&room);
	for (int round = 0; round < ROUNDS; round++) {
		double began = cpu_seconds();
		floor_stay = floor_replay(room.customer, CUSTOMERS);
		floor_ns = fmin(floor_ns, 1e9 * (cpu_seconds() - began) / CUSTOMERS);
		for (int i = 0; i < ROWS; i++) {
			struct row *row = &rows[i];
			double seconds = time_pass(&room, row->lanes, row->slots, &row->answer);
			row->best_ns = fmin(row->best_ns, 1e9 * seconds / CUSTOMERS / row->lanes);
		}
		run_ns = fmin(run_ns, 1e9 * time_run(&room, &run_wait) / CUSTOMERS / MOST);
	}
	puts("\nA recorded request (M/M/1 at load 0.9), as ratios to a bare loop over the trace");
	printf("  %-58s %7.2f ns %6.2f x\n", "floor: Lindley's recursion from memory, 8 bytes each",
	       floor_ns, 1.0);
	print_rows(rows, ROWS, floor_ns);
	printf("  %-58s %7.2f ns %6.2f x\n", "32 variants with the record and 1000 resamples, each",
	       run_ns, run_ns / floor_ns);
	printf("    mean time in the system %.6f ms in one, %.6f in 32, %.6f in the bare loop "
	       "(theory: 1)\n",
	       rows[0].answer / 1e6, rows[3].answer / 1e6, floor_stay / 1e6);
	arena_free(&room.arena);
}
