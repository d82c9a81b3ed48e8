/* The rule of Kubernetes' horizontal pod autoscaler: as many replicas as would be busy to the
 * target; more at once, fewer only after a calm time, and then as many as were needed in it. */
#include "sim/autoscale.h"

#include <math.h>

void autoscale_reset(struct autoscale *autoscale)
{
	autoscale->low_since = SIM_NEVER;
	autoscale->low_most = 0;
}

static int desired(const struct autoscale_config *config, int replicas, double busy_share)
{
	double ratio = busy_share / config->target, wanted = replicas;
	if (fabs(ratio - 1) > AUTOSCALE_TOLERANCE)
		wanted = ceil(replicas * ratio);
	return (int)fmin(fmax(wanted, (double)config->least), (double)config->most);
}

int autoscale_decide(struct autoscale *autoscale, const struct autoscale_config *config,
		     int replicas, double busy_share, sim_time now)
{
	int wanted = desired(config, replicas, busy_share);
	if (wanted >= replicas) {
		autoscale_reset(autoscale);
		return wanted;
	}
	if (autoscale->low_since == SIM_NEVER)
		*autoscale = (struct autoscale){now, wanted};
	if (wanted > autoscale->low_most)
		autoscale->low_most = wanted;
	if (now - autoscale->low_since < config->calm)
		return replicas;
	int enough = autoscale->low_most;
	autoscale_reset(autoscale);
	return enough;
}
