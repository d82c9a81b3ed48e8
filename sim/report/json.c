/* The values of JSON that need care, and the one that most reports have. */
#include "sim/report/json.h"

#include <math.h>
#include <stdlib.h>

void json_text(FILE *out, const char *text)
{
	fputc('"', out);
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;
		if (c == '"' || c == '\\')
			fprintf(out, "\\%c", c);
		else if (c < ' ')
			fprintf(out, "\\u%04x", c);
		else
			fputc(c, out);
	}
	fputc('"', out);
}

void json_number(FILE *out, double number)
{
	char text[32];
	if (!isfinite(number)) {
		fputs("null", out);
		return;
	}
	for (int digits = 15; digits <= 17; digits++) {
		snprintf(text, sizeof text, "%.*g", digits, number);
		if (strtod(text, NULL) == number)
			break;
	}
	fputs(text, out);
}

void json_estimate(FILE *out, double value, double low, double high)
{
	fputs("{\"value\": ", out);
	json_number(out, value);
	fputs(", \"low\": ", out);
	json_number(out, low);
	fputs(", \"high\": ", out);
	json_number(out, high);
	fputc('}', out);
}
