/* What comes back of answers: `conversion:` and `satisfaction:` of a quality, and `labels:` in
 * telemetry, which says what of it is seen, and when. */
#include "sim/scenario/reader.h"

const struct param scenario_conversion_params[] = {
	{"right", PARAM_SHARE, offsetof(struct conversion, right), NULL, 0, 1,
	 .about = "share of the right answers, served well, that convert"},
	{"wrong", PARAM_SHARE, offsetof(struct conversion, wrong), "0", 0, 1,
	 .about = "share of the wrong answers, served well, that convert"},
	{"value", PARAM_NUMBER, offsetof(struct conversion, value), "1", 1e-9, 1e9,
	 .about = "what a conversion brings on average"},
	{"cv", PARAM_NUMBER, offsetof(struct conversion, cv), "0", 0, 100,
	 .about = "coefficient of variation of the value, lognormal; 0: always the same"},
	{0},
};

const struct param scenario_satisfaction_params[] = {
	{"right", PARAM_NUMBER, offsetof(struct satisfaction, right), "4.5", 1, STARS,
	 .about = "mean rating of right answers, from 1 to 5"},
	{"wrong", PARAM_NUMBER, offsetof(struct satisfaction, wrong), "2", 1, STARS,
	 .about = "mean rating of wrong answers"},
	{"bad", PARAM_NUMBER, offsetof(struct satisfaction, bad), "1.5", 1, STARS,
	 .about = "mean rating of answers that came too late, right or wrong"},
	{0},
};

const struct param scenario_label_params[] = {
	{"share", PARAM_SHARE, offsetof(struct label_config, share), "100%", 0, 1,
	 .about = "share of the answers whose truth, and rating, is ever known"},
	{"delay", PARAM_LAW, offsetof(struct label_config, delay), "0s",
	 .about = "how long after the answer it is known"},
	{"prevalence", PARAM_SHARE, offsetof(struct label_config, prevalence), "50%", 0, 1,
	 .about = "share of the truths that are positive, for auc"},
	{"conversion_delay", PARAM_LAW, offsetof(struct label_config, conversion_delay), "",
	 .about = "how long after an answer it is known whether it converted; left out: delay"},
	{0},
};

/* True if the map of the key is there. */
static bool read_map(struct reader *reader, const struct node *parent, const char *key,
		     const struct param *params, void *config)
{
	struct node *node = tree_find(parent, key);
	if (!node || !fields_is_map(reader, node, key))
		return false;
	fields_only(reader, node, params, NULL, NULL, key);
	fields_read(reader, node, params, config, key);
	return true;
}

void read_reactions(struct reader *reader, const struct node *map, struct quality *quality)
{
	quality->converts = read_map(reader, map, "conversion", scenario_conversion_params,
				     &quality->conversion);
	quality->rates = read_map(reader, map, "satisfaction", scenario_satisfaction_params,
				  &quality->satisfaction);
}

void read_labels(struct reader *reader, struct node *telemetry)
{
	struct label_config *labels = &reader->plan->labels;
	const struct node *given = tree_find(telemetry, "labels");
	*labels = (struct label_config){.share = 0};
	if (!reader->plan->version[STABLE].quality) {
		if (given)
			complain(reader->complaints, given->key_at,
				 "labels say whether answers were right, but no version has a "
				 "quality");
		return;
	}
	if (!fields_map(reader, telemetry, "labels"))
		return;
	read_map(reader, telemetry, "labels", scenario_label_params, labels);
	if (!labels->conversion_delay.plugin)
		labels->conversion_delay = labels->delay;
}
