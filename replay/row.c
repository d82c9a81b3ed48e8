/* What a status says became of the request. */
#include "replay/row.h"

#include <stddef.h>

const char *const row_outcomes[ROW_OUTCOMES + 1] = {
	"unknown", "success", "redirect", "client_error", "server_error", "aborted", NULL};

int8_t row_outcome(int status)
{
	if (status == 0 || status == 499 || status == 460) /* Envoy; nginx; AWS */
		return ROW_ABORTED;
	if (status < 100 || status > 599)
		return ROW_UNKNOWN;
	static const int8_t of_class[] = {ROW_UNKNOWN,	ROW_SUCCESS,	  ROW_SUCCESS,
					  ROW_REDIRECT, ROW_CLIENT_ERROR, ROW_SERVER_ERROR};
	return of_class[status / 100];
}
