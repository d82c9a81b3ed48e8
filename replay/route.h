/* From addresses to routes: /users/17/orders?page=2 and /users/4/orders are the same place. */
#ifndef REPLAY_ROUTE_H
#define REPLAY_ROUTE_H

#include "replay/view.h"

enum { ROUTE_ROOM = 200 };

/* Writes "METHOD /path" with `*` for each part of the path that names one thing of many: numbers,
 * UUIDs, long hexadecimals. The scheme, the host, the query and the fragment are left out, and so
 * is an empty method. The route of a route is itself. */
struct view route_of(struct view method, struct view url, char room[ROUTE_ROOM]);

/* Takes a request line apart; false where it is none: a client that speaks something else. */
bool route_split(struct view request, struct view *method, struct view *url);

#endif
