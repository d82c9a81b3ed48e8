/* Laws that hold for some requests of a slice only. */
#include "sim/latency.h"

void latency_fill_where(const struct use *law, const uint8_t *label, int wanted,
			const uint32_t *bits, double *ns, int count)
{
	uint16_t place[LATENCY_CHUNK] = {0};
	uint32_t chosen[LATENCY_CHUNK] = {0};
	double drawn[LATENCY_CHUNK];
	for (int from = 0; from < count; from += LATENCY_CHUNK) {
		int to = count - from < LATENCY_CHUNK ? count : from + LATENCY_CHUNK, n = 0;
		for (int i = from; i < to; i++) {
			place[n] = (uint16_t)(i - from);
			chosen[n] = bits[i];
			n += label[i] == wanted;
		}
		((const struct latency *)law->plugin)->fill(law->config, chosen, drawn, n);
		for (int i = 0; i < n; i++)
			ns[from + place[i]] = drawn[i];
	}
}
