/* The parts of a scenario, for lists and docs. */
#include "sim/scenario/reader.h"
#include "sim/scenario/scenario.h"

const struct scenario_part scenario_parts[] = {
	{"scenario", "the top of the file", scenario_top_params},
	{"traffic", "beside the plug-in that says when requests arrive", scenario_traffic_params},
	{"users", "in traffic: the people behind the requests", scenario_user_params},
	{"region", "in traffic: each entry of regions that is more than a share",
	 scenario_region_params},
	{"attribute",
	 "in traffic: each entry of attributes, beside one of the next five or words "
	 "with shares",
	 scenario_attribute_params},
	{"uniform", "in an attribute: all numbers alike", scenario_uniform_params},
	{"normal", "in an attribute: numbers around a mean", scenario_normal_params},
	{"lognormal", "in an attribute: numbers of which a few are far larger than the median",
	 scenario_lognormal_params},
	{"pareto", "in an attribute: numbers whose tail is a power law", scenario_pareto_params},
	{"version", "each entry of versions", scenario_version_params},
	{"service", "in segments and regions of a version: what is different there",
	 scenario_service_params},
	{"pool", "in a version: the servers behind it; left out: as many as needed",
	 scenario_pool_params},
	{"quality", "in a version: how often its answers are right; under its segments, too",
	 scenario_quality_params},
	{"drift", "in quality, each entry of drift: accuracy over time", scenario_drift_params},
	{"conversion", "in quality: what users do then", scenario_conversion_params},
	{"satisfaction", "in quality: what users say then", scenario_satisfaction_params},
	{"telemetry", "what dashboards get to see", scenario_telemetry_params},
	{"labels", "in telemetry: what is learned of quality, and when", scenario_label_params},
	{"slo", "what counts as served well", scenario_slo_params},
	{"fault", "beside the parameters of each fault: when, and whom it hits", fault_when_params},
	{"rollout", "each entry of rollouts, beside its strategy", scenario_rollout_params},
	{"rollback", "in a rollout: the way back", scenario_rollback_params},
	{"check", "each entry of checks, beside its detector", scenario_check_params},
	{0},
};
