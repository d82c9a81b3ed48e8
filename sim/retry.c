/* Retries: exponential backoff with jitter (Brooker, "Exponential backoff and jitter", 2015: full
 * jitter is a jitter of 100 %), within a budget. */
#include "sim/retry.h"

#include <math.h>

void retry_reset(struct retry_budget *budget, const struct retry_config *config)
{
	budget->tokens = config->reserve;
}

void retry_note_request(struct retry_budget *budget, const struct retry_config *config)
{
	if (!isnan(config->budget))
		budget->tokens = fmin(budget->tokens + config->budget, config->reserve);
}

static bool is_worth_it(const struct retry_config *config, enum attempt_end end)
{
	switch (end) {
	case ATTEMPT_FAILED:
		return config->errors;
	case ATTEMPT_TIMED_OUT:
		return config->timeouts;
	case ATTEMPT_REFUSED:
		return config->refusals;
	case ATTEMPT_ANSWERED:
		break;
	}
	return false;
}

bool retry_wanted(struct retry_budget *budget, const struct retry_config *config, int attempts,
		  enum attempt_end end)
{
	if (attempts >= config->attempts || !is_worth_it(config, end))
		return false;
	if (isnan(config->budget))
		return true;
	if (budget->tokens < 1)
		return false;
	budget->tokens--;
	return true;
}

sim_time retry_delay(const struct retry_config *config, int attempts, double uniform)
{
	double ns = (double)config->backoff * pow(config->factor, attempts - 1);
	ns = fmin(ns, (double)config->longest);
	return (sim_time)(ns * (1 - config->jitter * uniform));
}
