/* A million lines of an access log, and half a million of JSON, become rows: found, taken apart,
 * understood, judged and put in order. On the same files wc -l looks for line ends, zcat unpacks,
 * and GoAccess counts. */
#include "bench/logs.h"

#include "replay/import.h"
#include "sim/results/trace.h"
#include "sim/rng.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { LINES = 1000000, OBJECTS = 500000, COUNTED = 50000, ROUNDS = 3 };

static double seconds_of(clockid_t clock)
{
	struct timespec t;
	clock_gettime(clock, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* ---- the logs */

static const char *const agents[] = {
	"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 "
	"Safari/537.36",
	"curl/8.0.1",
	"Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15",
};

static const char *const paths[] = {"/cart", "/", "/api/v1/users/%u", "/products/%u/reviews?page=2",
				    "/static/app.%u.js"};

struct request {
	double at; /* seconds */
	char path[64];
	int status;
	unsigned bytes, address;
	double seconds;
	const char *agent;
};

static void draw(struct rng *rng, struct request *request)
{
	request->at -= log(rng_uniform(rng)) / 1000;
	snprintf(request->path, sizeof request->path, paths[(int)(rng_uniform(rng) * 5)],
		 (unsigned)(rng_uniform(rng) * 1000));
	request->status = rng_uniform(rng) < 0.97 ? 200 : 500;
	request->bytes = (unsigned)(rng_uniform(rng) * 50000);
	request->address = (unsigned)(rng_uniform(rng) * 60000);
	request->seconds = -log(rng_uniform(rng)) / 20;
	request->agent = agents[(int)(rng_uniform(rng) * 3)];
}

static void date_of(const struct request *request, const char *format, char out[32])
{
	time_t at = (time_t)request->at;
	struct tm tm;
	strftime(out, 32, format, gmtime_r(&at, &tm));
}

static void print_line(FILE *out, const struct request *request)
{
	char date[32];
	date_of(request, "%d/%b/%Y:%H:%M:%S +0000", date);
	fprintf(out, "10.1.%u.%u - - [%s] \"GET %s HTTP/1.1\" %d %u \"-\" \"%s\" %.3f\n",
		request->address / 256, request->address % 256, date, request->path,
		request->status, request->bytes, request->agent, request->seconds);
}

static void print_object(FILE *out, const struct request *request)
{
	char date[32];
	date_of(request, "%Y-%m-%dT%H:%M:%S", date);
	fprintf(out,
		"{\"start_time\":\"%s.%03dZ\",\"method\":\"GET\",\"path\":\"%s\",\"protocol\":"
		"\"HTTP/"
		"1.1\",\"response_code\":\"%d\",\"response_flags\":\"-\",\"bytes_received\":\"0\","
		"\"bytes_sent\":\"%u\",\"duration\":\"%.0f\",\"upstream_service_time\":\"1\","
		"\"upstream_cluster\":\"outbound|9080|v1|details.default.svc.cluster.local\","
		"\"upstream_host\":\"10.244.2.75:9080\",\"x_forwarded_for\":\"10.1.%u.%u\","
		"\"user_agent\":\"%s\",\"request_id\":\"%08x\",\"authority\":\"details:9080\"}\n",
		date, (int)(fmod(request->at, 1) * 1000), request->path, request->status,
		request->bytes, request->seconds * 1000, request->address / 256,
		request->address % 256, request->agent, request->address);
}

/* Bytes written. */
static double write_log(const char *path, int count,
			void (*print)(FILE *out, const struct request *request))
{
	struct rng rng;
	struct request request = {.at = 1700000000};
	FILE *out = fopen(path, "w");
	if (!out)
		exit(3);
	rng_stream(&rng, 1, 0, "log");
	for (int i = 0; i < count; i++) {
		draw(&rng, &request);
		print(out, &request);
	}
	double bytes = (double)ftell(out);
	if (fclose(out))
		exit(3);
	return bytes;
}

/* ---- what is timed */

struct cost {
	double cpu, wall; /* the least of all rounds */
};

static void note(struct cost *cost, double cpu, double wall)
{
	cost->cpu = cost->cpu > 0 ? fmin(cost->cpu, cpu) : cpu;
	cost->wall = cost->wall > 0 ? fmin(cost->wall, wall) : wall;
}

static bool put(void *writer, const struct row *row)
{
	return !writer || trace_put(writer, row);
}

static void time_import(struct cost *cost, const char *log, const char *trace, int64_t rows)
{
	char why[IMPORT_WHY];
	bool unread;
	static const atomic_int never;
	struct trace_facts facts = {
		.program_version = "", .command = "", .format = "", .sources = "", .times = ""};
	double cpu = seconds_of(CLOCK_PROCESS_CPUTIME_ID), wall = seconds_of(CLOCK_MONOTONIC);
	struct import *import = import_begin(
		&(struct import_options){.log = &log, .logs = 1, .window_ns = 1000000000}, why,
		&unread);
	struct trace_writer *writer =
		import && trace ? trace_create(trace, import_head(import), why, sizeof why) : NULL;
	bool good = import && import_run(import, (struct sink){writer, put}, &never,
					 (struct ticker){NULL, NULL}, why);
	if (!good || import_appraisal(import)->kept != rows ||
	    (writer && !trace_finish(writer, &facts))) {
		fprintf(stderr, "%s\n", why);
		exit(3);
	}
	import_end(import);
	note(cost, seconds_of(CLOCK_PROCESS_CPUTIME_ID) - cpu, seconds_of(CLOCK_MONOTONIC) - wall);
}

static void time_command(struct cost *cost, const char *command)
{
	double wall = seconds_of(CLOCK_MONOTONIC);
	bool good = system(command) == 0;
	wall = seconds_of(CLOCK_MONOTONIC) - wall;
	note(cost, good ? wall : INFINITY, good ? wall : INFINITY);
}

/* ---- the rows */

static void print_row(const char *name, double seconds, double lines, double bytes, const char *bar)
{
	if (isinf(seconds))
		printf("  %-58s is not there\n", name);
	else
		printf("  %-58s %5.2f M lines/s %6.0f MB/s   %s\n", name, lines / seconds / 1e6,
		       bytes / seconds / 1e6, bar);
}

enum { WC, ACCESS, TRACE, ZCAT, PACKED, GOACCESS, JSON, COSTS };

static void print_rows(const struct cost cost[COSTS], double access, double json)
{
	puts("\nLogs into rows, on one core (the fastest of 3 rounds)");
	print_row("wc -l", cost[WC].wall, LINES, access, "");
	print_row("nginx combined, then $request_time", cost[ACCESS].cpu, LINES, access,
		  "at least 3 M lines/s");
	print_row("the same into a trace, in seconds that pass", cost[TRACE].wall, LINES, access,
		  "");
	print_row("zcat, in seconds that pass", cost[ZCAT].wall, LINES, access, "");
	print_row("the packed log, in seconds that pass", cost[PACKED].wall, LINES, access,
		  "no slower than zcat");
	print_row("GoAccess, which counts", cost[GOACCESS].wall, COUNTED, access * COUNTED / LINES,
		  "");
	print_row("Envoy's JSON, flat", cost[JSON].cpu, OBJECTS, json, "at least 500 MB/s");
}

static void run(const char *directory)
{
	char access[64], packed[64], json[64], trace[64], wc[160], zcat[160], gzip[160],
		goaccess[320];
	struct cost cost[COSTS] = {{0, 0}};
	snprintf(access, sizeof access, "%s/access.log", directory);
	snprintf(packed, sizeof packed, "%s/access.log.gz", directory);
	snprintf(json, sizeof json, "%s/access.json", directory);
	snprintf(trace, sizeof trace, "%s/trace.h5", directory);
	snprintf(wc, sizeof wc, "wc -l %s >/dev/null", access);
	snprintf(gzip, sizeof gzip, "gzip -c %s > %s", access, packed);
	snprintf(zcat, sizeof zcat, "zcat %s >/dev/null", packed);
	snprintf(goaccess, sizeof goaccess,
		 "head -n %d %s | goaccess - --log-format='%%h %%^[%%d:%%t %%^] \"%%r\" %%s %%b "
		 "\"%%R\" "
		 "\"%%u\" %%T' --date-format=%%d/%%b/%%Y --time-format=%%T -o %s/report.json "
		 ">/dev/null 2>&1",
		 COUNTED, access, directory);
	double access_bytes = write_log(access, LINES, print_line);
	double json_bytes = write_log(json, OBJECTS, print_object);
	if (system(gzip) != 0)
		exit(3);
	for (int round = 0; round < ROUNDS; round++) {
		time_command(&cost[WC], wc);
		time_import(&cost[ACCESS], access, NULL, LINES);
		time_import(&cost[TRACE], access, trace, LINES);
		time_command(&cost[ZCAT], zcat);
		time_import(&cost[PACKED], packed, NULL, LINES);
		time_import(&cost[JSON], json, NULL, OBJECTS);
	}
	time_command(&cost[GOACCESS], goaccess);
	print_rows(cost, access_bytes, json_bytes);
}

void bench_logs(void)
{
	char directory[] = "/tmp/coalmine-bench-XXXXXX", command[64];
	if (!mkdtemp(directory))
		exit(3);
	run(directory);
	snprintf(command, sizeof command, "rm -rf %s", directory);
	if (system(command) != 0)
		exit(3);
}
