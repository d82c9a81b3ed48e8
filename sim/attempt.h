/* One attempt of a call: sent, let pass or refused, waiting, served, answered; and then perhaps
 * another. */
#ifndef SIM_ATTEMPT_H
#define SIM_ATTEMPT_H

#include "sim/requests.h"

/* The call asks for the first time, or again, at side->now. A first attempt knows its key, lot and
 * service already. */
void attempt_send(struct requests *requests, struct side *side, uint32_t id);

/* What the law and the faults of now make of an attempt on the call's key and lot. */
struct service attempt_service(const struct requests *requests, const struct side *side,
			       const struct call *call);

/* Of the call's key: faults that hit only some may hit it. */
uint8_t attempt_lot(const struct requests *requests, const struct call *call);

/* Which version serves an attempt of the call that has this bucket. */
int attempt_version(struct requests *requests, const struct side *side, struct call *call,
		    uint32_t bucket);

/* What was on the agenda of a call. */
void attempt_done(struct requests *requests, struct side *side, uint32_t id);
void attempt_gives_up(struct requests *requests, struct side *side, uint32_t id);

/* Who is served there loses the connection. */
void attempt_crash(struct requests *requests, struct side *side, struct fleet *fleet,
		   uint32_t slot);

/* Serves who waits, as far as there are slots. */
void attempt_serve_line(struct side *side, struct fleet *fleet);

#endif
