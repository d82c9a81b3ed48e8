/* Calculations of queues: how long requests wait, and how many are refused. */
#include "sim/calculator/list.h"

#include "sim/stats/queue.h"

enum { MOST_SERVERS = 1000000 }; /* some milliseconds */

static const char service_about[] = "mean service, in any unit of time: waits are in the same";

/* ---- some servers */

struct servers_input {
	int64_t servers;
	double load, service;
};

static const struct param servers_inputs[] = {
	{"servers", PARAM_COUNT, offsetof(struct servers_input, servers), NULL, 1, MOST_SERVERS,
	 .about = "how many, such as the slots of a pool"},
	{"load", PARAM_NUMBER, offsetof(struct servers_input, load), NULL, 0, 1e9,
	 .about = "requests in a mean service: how many servers they keep busy"},
	{"service", PARAM_NUMBER, offsetof(struct servers_input, service), "1", 1e-12, 1e12,
	 .about = service_about},
	{0},
};

struct servers_answers {
	double erlang_B, erlang_C, Wq, Lq, W, L, wait_p50, wait_p95, wait_p99, response_p99;
};

static const struct answer servers_answers[] = {
	ANSWER_ROW(servers_answers, erlang_B, "share refused where nobody may wait"),
	ANSWER_ROW(servers_answers, erlang_C, "share that waits where everybody may"),
	ANSWER_ROW(servers_answers, Wq, "mean wait"),
	ANSWER_ROW(servers_answers, Lq, "mean number waiting"),
	ANSWER_ROW(servers_answers, W, "mean response: wait and service"),
	ANSWER_ROW(servers_answers, L, "mean number present"),
	ANSWER_ROW(servers_answers, wait_p50, "half wait no longer"),
	ANSWER_ROW(servers_answers, wait_p95, "95 % wait no longer"),
	ANSWER_ROW(servers_answers, wait_p99, "99 % wait no longer"),
	ANSWER_ROW(servers_answers, response_p99, "99 % are answered by then"),
	{0},
};

static void servers(const void *input, void *answers, struct arena *arena)
{
	const struct servers_input *in = input;
	double c = (double)in->servers, load = in->load, unit = in->service;
	struct queue_means m = queue_mmc(c, load);
	(void)arena;
	*(struct servers_answers *)answers = (struct servers_answers){
		.erlang_B = queue_erlang_b(c, load),
		.erlang_C = queue_erlang_c(c, load),
		.Wq = m.wait * unit,
		.Lq = m.waiting,
		.W = m.stay * unit,
		.L = m.present,
		.wait_p50 = queue_mmc_wait_quantile(c, load, 0.5) * unit,
		.wait_p95 = queue_mmc_wait_quantile(c, load, 0.95) * unit,
		.wait_p99 = queue_mmc_wait_quantile(c, load, 0.99) * unit,
		.response_p99 = queue_mmc_stay_quantile(c, load, 0.99) * unit,
	};
}

/* ---- with bounds */

struct bounded_input {
	int64_t servers, K;
	double load, service;
};

static const struct param bounded_inputs[] = {
	{"servers", PARAM_COUNT, offsetof(struct bounded_input, servers), "1", 1, MOST_SERVERS,
	 .about = "how many, such as the slots of a pool"},
	{"K", PARAM_COUNT, offsetof(struct bounded_input, K), NULL, 1, MOST_SERVERS,
	 .about = "how many may be there, waiting or served"},
	{"load", PARAM_NUMBER, offsetof(struct bounded_input, load), NULL, 0, 1e9,
	 .about = "requests in a mean service"},
	{"service", PARAM_NUMBER, offsetof(struct bounded_input, service), "1", 1e-12, 1e12,
	 .about = service_about},
	{0},
};

struct bounded_answers {
	double P_empty, P_block, L, W, throughput;
};

static const struct answer bounded_answers[] = {
	ANSWER_ROW(bounded_answers, P_empty, "share of time in which nobody is there"),
	ANSWER_ROW(bounded_answers, P_block, "share refused"),
	ANSWER_ROW(bounded_answers, L, "mean number present"),
	ANSWER_ROW(bounded_answers, W, "mean response of those not refused"),
	ANSWER_ROW(bounded_answers, throughput, "requests served in a unit of time"),
	{0},
};

static void bounded(const void *input, void *answers, struct arena *arena)
{
	const struct bounded_input *in = input;
	struct queue_bounded q = queue_mmck((double)in->servers, (double)in->K, in->load);
	(void)arena;
	*(struct bounded_answers *)answers = (struct bounded_answers){
		q.empty, q.refused, q.present, q.stay * in->service, q.served / in->service};
}

/* ---- one server */

struct single_input {
	double rho, scv, service;
};

#define LOAD_ROW                                                                                   \
	{                                                                                          \
		"rho", PARAM_NUMBER, offsetof(struct single_input, rho), NULL, 0, 1e9,             \
			.about = "requests in a mean service: the share of time it is busy"        \
	}
#define SERVICE_ROW                                                                                \
	{                                                                                          \
		"service", PARAM_NUMBER, offsetof(struct single_input, service), "1", 1e-12, 1e12, \
			.about = service_about                                                     \
	}

static const struct param services_inputs[] = {
	LOAD_ROW,
	{"service_scv", PARAM_NUMBER, offsetof(struct single_input, scv), "1", 0, 1e9,
	 .about = "variance of a service / its mean squared; 0: all alike, 1: exponential"},
	SERVICE_ROW,
	{0},
};

struct single_answers {
	double Wq, Lq, W, L;
};

static const struct answer single_answers[] = {
	ANSWER_ROW(single_answers, Wq, "mean wait"),
	ANSWER_ROW(single_answers, Lq, "mean number waiting"),
	ANSWER_ROW(single_answers, W, "mean response: wait and service"),
	ANSWER_ROW(single_answers, L, "mean number present"),
	{0},
};

static struct single_answers single_of(const struct queue_means *m, double unit)
{
	return (struct single_answers){m->wait * unit, m->waiting, m->stay * unit, m->present};
}

static void services(const void *input, void *answers, struct arena *arena)
{
	const struct single_input *in = input;
	struct queue_means m = queue_mg1(in->rho, in->scv);
	(void)arena;
	*(struct single_answers *)answers = single_of(&m, in->service);
}

static const struct param arrivals_inputs[] = {
	LOAD_ROW,
	{"arrival_scv", PARAM_NUMBER, offsetof(struct single_input, scv), "1", 0, 1e9,
	 .about = "of the gamma-distributed times between requests; 0: even, 1: Poisson"},
	SERVICE_ROW,
	{0},
};

struct arrivals_answers {
	double sigma;
	struct single_answers means;
};

static const struct answer arrivals_answers[] = {
	ANSWER_ROW(arrivals_answers, sigma, "share that finds the server busy"),
	{"Wq", ANSWER_NUMBER, offsetof(struct arrivals_answers, means.Wq), "mean wait"},
	{"Lq", ANSWER_NUMBER, offsetof(struct arrivals_answers, means.Lq), "mean number waiting"},
	{"W", ANSWER_NUMBER, offsetof(struct arrivals_answers, means.W), "mean response"},
	{"L", ANSWER_NUMBER, offsetof(struct arrivals_answers, means.L), "mean number present"},
	{0},
};

static void arrivals(const void *input, void *answers, struct arena *arena)
{
	const struct single_input *in = input;
	struct queue_means m = queue_gm1(in->rho, in->scv);
	(void)arena;
	*(struct arrivals_answers *)answers = (struct arrivals_answers){
		queue_gm1_busy(in->rho, in->scv), single_of(&m, in->service)};
}

/* ---- one server, all services alike */

struct constant_input {
	double rho, t, service;
};

static const struct param constant_inputs[] = {
	{"rho", PARAM_NUMBER, offsetof(struct constant_input, rho), NULL, 0, 1e9,
	 .about = "requests in a service: the share of time the server is busy"},
	{"t", PARAM_NUMBER, offsetof(struct constant_input, t), NULL, 0, 1e15,
	 .about = "a wait, in the unit of the service"},
	{"service", PARAM_NUMBER, offsetof(struct constant_input, service), "1", 1e-12, 1e12,
	 .about = "how long each takes"},
	{0},
};

struct constant_answers {
	double at_most, above;
};

static const struct answer constant_answers[] = {
	ANSWER_ROW(constant_answers, at_most, "share that waits so long at most"),
	ANSWER_ROW(constant_answers, above, "share that waits longer"),
	{0},
};

static void constant(const void *input, void *answers, struct arena *arena)
{
	const struct constant_input *in = input;
	double at_most = queue_md1_wait_at_most(in->rho, in->t / in->service);
	(void)arena;
	*(struct constant_answers *)answers = (struct constant_answers){at_most, 1 - at_most};
}

const struct calculation calculations_of_queue[] = {
	{.name = "mmc",
	 .alias = "erlang",
	 .about = "How long do requests wait for a free server? Erlang 1917.",
	 .example = "--servers 8 --load 6.8 --service 10",
	 .inputs = servers_inputs,
	 .input_size = sizeof(struct servers_input),
	 .answers = servers_answers,
	 .answer_size = sizeof(struct servers_answers),
	 .calculate = servers},
	{.name = "mmck",
	 .alias = "mm1k",
	 .about = "How many requests does a queue refuse that has an end?",
	 .example = "--servers 3 --K 7 --load 2.7",
	 .inputs = bounded_inputs,
	 .input_size = sizeof(struct bounded_input),
	 .answers = bounded_answers,
	 .answer_size = sizeof(struct bounded_answers),
	 .calculate = bounded},
	{.name = "mg1",
	 .about = "How much longer do requests wait for one server if services differ? Pollaczek "
		  "1930.",
	 .example = "--rho 0.7 --service_scv 4",
	 .inputs = services_inputs,
	 .input_size = sizeof(struct single_input),
	 .answers = single_answers,
	 .answer_size = sizeof(struct single_answers),
	 .calculate = services},
	{.name = "gm1",
	 .about = "How much shorter do requests wait for one server if they come evenly?",
	 .example = "--rho 0.7 --arrival_scv 0",
	 .inputs = arrivals_inputs,
	 .input_size = sizeof(struct single_input),
	 .answers = arrivals_answers,
	 .answer_size = sizeof(struct arrivals_answers),
	 .calculate = arrivals},
	{.name = "md1_wait",
	 .alias = "md1",
	 .about = "What share of requests waits so long if all services are alike? Erlang 1909.",
	 .example = "--rho 0.9 --t 3",
	 .inputs = constant_inputs,
	 .input_size = sizeof(struct constant_input),
	 .answers = constant_answers,
	 .answer_size = sizeof(struct constant_answers),
	 .calculate = constant},
	{0},
};
