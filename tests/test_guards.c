/* Limiters, breakers, retries, autoscalers and agendas alone, by hand and against the plainest
 * programs that do the same. */
#include "sim/agenda.h"
#include "sim/autoscale.h"
#include "sim/breaker.h"
#include "sim/limiter.h"
#include "sim/param.h"
#include "sim/retry.h"

#include "tests/random.h"

#include <criterion/criterion.h>
#include <math.h>

/* ---- limiter */

/* Tokens are counted one by one: one drips every 8 ns, into a bucket that holds so many. */
Test(guards, a_limiter_lets_through_what_a_bucket_of_tokens_does)
{
	uint64_t random = 1;
	for (int64_t burst = 1; burst < 6; burst++) {
		const struct limiter_config config = {1e9 / 8, burst};
		struct limiter limiter = {0};
		double tokens = (double)burst;
		sim_time now = 0, last = 0;
		int let_through = 0;
		for (int i = 0; i < 3000; i++) {
			now += random_to(&random, 12);
			tokens = fmin((double)burst, tokens + (double)(now - last) / 8);
			last = now;
			bool has_one = tokens >= 1;
			tokens -= has_one;
			let_through += has_one;
			cr_assert_eq(limiter_admits(&limiter, &config, now), has_one, "request %d",
				     i);
		}
		cr_assert(let_through > 1000 && let_through < 2500);
	}
}

/* ---- breaker */

static const struct breaker_config half_of_ten = {.failures = 0.5,
						  .window = 100,
						  .min_requests = 10,
						  .consecutive = PARAM_UNSET,
						  .open = 1000,
						  .probes = 2};

static void send(struct breaker *breaker, const struct breaker_config *config, int count,
		 bool failed, sim_time now)
{
	for (int i = 0; i < count; i++) {
		cr_assert(breaker_admits(breaker, config, now));
		breaker_note(breaker, config, breaker->era, failed, now);
	}
}

Test(guards, a_breaker_opens_at_its_share_of_enough_requests)
{
	struct breaker breaker;
	breaker_reset(&breaker);
	send(&breaker, &half_of_ten, 5, false, 10);
	send(&breaker, &half_of_ten, 4, true, 20);
	cr_assert_eq(breaker.state, BREAKER_CLOSED, "nine say nothing");
	send(&breaker, &half_of_ten, 1, true, 20);
	cr_assert_eq(breaker.state, BREAKER_OPEN);
	cr_assert_not(breaker_admits(&breaker, &half_of_ten, 1019));
}

Test(guards, a_breaker_forgets_what_its_window_has_left)
{
	struct breaker breaker;
	breaker_reset(&breaker);
	send(&breaker, &half_of_ten, 9, true, 0);
	send(&breaker, &half_of_ten, 1, true, 150);
	cr_assert_eq(breaker.state, BREAKER_CLOSED, "the nine are gone");
	send(&breaker, &half_of_ten, 9, true, 100000);
	cr_assert_eq(breaker.state, BREAKER_CLOSED, "so is the one");
	send(&breaker, &half_of_ten, 1, true, 100050);
	cr_assert_eq(breaker.state, BREAKER_OPEN);
}

Test(guards, a_breaker_opens_after_failures_in_a_row)
{
	struct breaker_config config = half_of_ten;
	struct breaker breaker;
	config.failures = NAN;
	config.consecutive = 3;
	breaker_reset(&breaker);
	for (int i = 0; i < 50; i++) {
		send(&breaker, &config, 2, true, i);
		send(&breaker, &config, 1, false, i);
	}
	cr_assert_eq(breaker.state, BREAKER_CLOSED);
	send(&breaker, &config, 3, true, 60);
	cr_assert_eq(breaker.state, BREAKER_OPEN);
}

Test(guards, probes_close_a_breaker_or_open_it_again)
{
	struct breaker breaker;
	breaker_reset(&breaker);
	send(&breaker, &half_of_ten, 10, true, 0);
	uint32_t before = breaker.era;
	cr_assert(breaker_admits(&breaker, &half_of_ten, 1000));
	cr_assert(breaker_admits(&breaker, &half_of_ten, 1000));
	cr_assert_not(breaker_admits(&breaker, &half_of_ten, 1000), "two may try");
	breaker_note(&breaker, &half_of_ten, before, true, 1001); /* sent long ago */
	cr_assert_eq(breaker.state, BREAKER_TRYING);
	breaker_forget(&breaker, breaker.era);
	cr_assert(breaker_admits(&breaker, &half_of_ten, 1002), "one never got there");
	breaker_note(&breaker, &half_of_ten, breaker.era, false, 1003);
	breaker_note(&breaker, &half_of_ten, breaker.era, true, 1004);
	cr_assert_eq(breaker.state, BREAKER_OPEN);
	cr_assert_not(breaker_admits(&breaker, &half_of_ten, 2003));
	send(&breaker, &half_of_ten, 2, false, 2004);
	cr_assert_eq(breaker.state, BREAKER_CLOSED);
}

/* ---- retries */

static const struct retry_config patient = {.attempts = 4,
					    .timeout = PARAM_UNSET,
					    .backoff = 100,
					    .longest = 350,
					    .factor = 2,
					    .errors = true,
					    .timeouts = true,
					    .refusals = true,
					    .budget = NAN};

Test(guards, retries_wait_twice_as_long_each_time_up_to_a_limit)
{
	const sim_time plain[] = {100, 200, 350, 350};
	struct retry_config jittery = patient;
	jittery.jitter = 0.5;
	for (int n = 0; n < 4; n++) {
		cr_assert_eq(retry_delay(&patient, n + 1, 0.9), plain[n]);
		cr_assert_eq(retry_delay(&jittery, n + 1, 0), plain[n]);
		cr_assert_eq(retry_delay(&jittery, n + 1, 1), plain[n] / 2);
	}
}

Test(guards, retries_follow_only_what_they_should_and_end)
{
	struct retry_budget budget;
	struct retry_config config = patient;
	retry_reset(&budget, &config);
	config.timeouts = false;
	cr_assert(retry_wanted(&budget, &config, 1, ATTEMPT_FAILED));
	cr_assert(retry_wanted(&budget, &config, 3, ATTEMPT_REFUSED));
	cr_assert_not(retry_wanted(&budget, &config, 1, ATTEMPT_TIMED_OUT));
	cr_assert_not(retry_wanted(&budget, &config, 1, ATTEMPT_ANSWERED));
	cr_assert_not(retry_wanted(&budget, &config, 4, ATTEMPT_FAILED));
}

Test(guards, a_budget_is_a_share_of_the_requests_and_a_reserve)
{
	struct retry_budget budget;
	struct retry_config config = patient;
	int retries = 0;
	config.budget = 0.25;
	config.reserve = 3;
	retry_reset(&budget, &config);
	for (int i = 0; i < 1000; i++) { /* all of them fail */
		retry_note_request(&budget, &config);
		retries += retry_wanted(&budget, &config, 1, ATTEMPT_FAILED);
	}
	cr_assert_eq(retries, 252); /* the first request finds the reserve full */
	for (int i = 0; i < 1000; i++)
		retry_note_request(&budget, &config); /* none of them fails */
	for (retries = 0; retry_wanted(&budget, &config, 1, ATTEMPT_FAILED);)
		retries++;
	cr_assert_eq(retries, 3);
}

/* ---- autoscaler */

static const struct autoscale_config scale = {
	.target = 0.5, .least = 2, .most = 20, .every = 15, .calm = 60};

/* Replicas x busy share / target, rounded up: the formula of the Kubernetes documentation. */
Test(guards, an_autoscaler_wants_as_many_as_would_be_busy_to_the_target)
{
	struct autoscale a;
	autoscale_reset(&a);
	cr_assert_eq(autoscale_decide(&a, &scale, 4, 0.9, 0), 8); /* 7.2 */
	cr_assert_eq(autoscale_decide(&a, &scale, 4, 0.54, 0), 4, "close enough");
	cr_assert_eq(autoscale_decide(&a, &scale, 4, 0.56, 0), 5);
	cr_assert_eq(autoscale_decide(&a, &scale, 15, 1, 0), 20);
}

Test(guards, an_autoscaler_takes_away_only_after_a_calm_time)
{
	struct autoscale a;
	autoscale_reset(&a);
	cr_assert_eq(autoscale_decide(&a, &scale, 10, 0.1, 0), 10);
	cr_assert_eq(autoscale_decide(&a, &scale, 10, 0.3, 30), 10);
	cr_assert_eq(autoscale_decide(&a, &scale, 10, 0.1, 59), 10);
	cr_assert_eq(autoscale_decide(&a, &scale, 10, 0.1, 60), 6, "as were needed at 30");
	cr_assert_eq(autoscale_decide(&a, &scale, 6, 0.01, 75), 6);
	cr_assert_eq(autoscale_decide(&a, &scale, 6, 0.5, 90), 6, "no longer calm");
	cr_assert_eq(autoscale_decide(&a, &scale, 6, 0.01, 140), 6);
	cr_assert_eq(autoscale_decide(&a, &scale, 6, 0.01, 200), 2, "never fewer");
}

/* ---- agenda */

/* Everybody's next thing is kept in a plain list, too, and looked for among all. */
Test(guards, an_agenda_gives_the_earliest_first)
{
	enum { PEOPLE = 200 };
	struct arena arena = {0};
	struct agenda agenda;
	sim_time at[PEOPLE];
	int kind[PEOPLE], entered[PEOPLE], count = 0;
	uint64_t random = 5;
	agenda_init(&agenda, &arena);
	for (int p = 0; p < PEOPLE; p++)
		at[p] = SIM_NEVER;
	for (int round = 0; round < 20000; round++) {
		int who = (int)random_to(&random, PEOPLE - 1), what = (int)random_to(&random, 5);
		if (what < 3) {
			at[who] = random_to(&random, 50);
			kind[who] = what;
			entered[who] = count++;
			agenda_set(&agenda, (uint32_t)who, at[who], (enum agenda_kind)what);
		} else if (what == 3) {
			at[who] = SIM_NEVER;
			agenda_drop(&agenda, (uint32_t)who);
		}
		int first = 0;
		for (int p = 1; p < PEOPLE; p++)
			if (at[p] < at[first] ||
			    (at[p] == at[first] && at[p] < SIM_NEVER &&
			     (kind[p] < kind[first] ||
			      (kind[p] == kind[first] && entered[p] < entered[first]))))
				first = p;
		cr_assert_eq(agenda_next(&agenda), at[first]);
		if (what > 3 && at[first] < SIM_NEVER) {
			struct agenda_entry entry = agenda_pop(&agenda);
			cr_assert_eq(agenda_who(entry), (uint32_t)first);
			cr_assert_eq((int)agenda_kind(entry), kind[first]);
			at[first] = SIM_NEVER;
		}
	}
	agenda_clear(&agenda);
	cr_assert_eq(agenda_next(&agenda), SIM_NEVER);
	arena_free(&arena);
}
