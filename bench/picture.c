/* What plots/ holds is in the program; a script asks for the parts it needs. */
#include "bench/picture.h"

#include "sim/report/figure.h"
#include "sim/report/figures.h"
#include "sim/results/replace.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

const char *picture_source(const char *name)
{
	const struct figure_source *source = figure_sources;
	while (source->name && strcmp(source->name, name) != 0)
		source++;
	return source->name ? source->text : "";
}

/* False: it could not be written. */
static bool write_script(const char *name, void (*write)(FILE *out, const void *numbers),
			 const void *numbers)
{
	char *text, path[256];
	size_t size;
	FILE *out = open_memstream(&text, &size);
	if (!out)
		return false;
	write(out, numbers);
	fclose(out);
	const struct piece piece = {text, size};
	snprintf(path, sizeof path, "out/%s.gp", name);
	mkdir("out", 0777);
	bool written = replace_file(path, &piece, 1);
	free(text);
	return written;
}

int picture_draw(const char *name, void (*write)(FILE *out, const void *numbers),
		 const void *numbers)
{
	char said[512];
	int code = write_script(name, write, numbers) ? 0 : 3;
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
