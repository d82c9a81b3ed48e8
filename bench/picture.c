/* What plots/ holds is in the program; a script asks for the parts it needs. */
#include "bench/picture.h"

#include "sim/report/figure.h"
#include "sim/report/figures.h"
#include "sim/results/replace.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

const char *picture_source(const char *name)
{
	const struct figure_source *source = figure_sources;
	while (source->name && strcmp(source->name, name) != 0)
		source++;
	return source->name ? source->text : "";
}

int picture_draw(const char *name, const char *script, size_t size)
{
	const struct piece piece = {script, size};
	char path[256], said[512];
	snprintf(path, sizeof path, "out/%s.gp", name);
	mkdir("out", 0777);
	int code = replace_file(path, &piece, 1) ? 0 : 3;
	for (int f = 0; f < 2 && !code; f++) {
		const char *format = f ? "png" : "svg";
		enum gnuplot_end end = figure_run("out", name, format, said, sizeof said);
		if (end == GNUPLOT_DREW)
			printf("wrote out/%s.%s\n", name, format);
		else
			fprintf(stderr, "could not draw out/%s.%s: %s\n", name, format, said);
		code = end == GNUPLOT_DREW ? 0 : 3;
	}
	return code;
}
