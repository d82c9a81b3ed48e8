# Turns gnuplot sources into one C file, so that the installed program needs none of them:
#     awk -f plots/embed.awk plots/*.gp > plots_embedded.c
BEGIN {
	print "/* Made from plots/ by plots/embed.awk. */"
	print "#include \"sim/report/figures.h\"\n"
	print "/* Compilers may cut off literals beyond 4095 characters; ours don't. */"
	print "#pragma GCC diagnostic ignored \"-Woverlength-strings\"\n"
	print "const struct figure_source figure_sources[] = {"
}

FNR == 1 {
	if (NR > 1)
		print "\t},"
	name = FILENAME
	sub(/^.*\//, "", name)
	sub(/\.gp$/, "", name)
	print "\t{\"" name "\","
}

# Question marks too: two in a row may begin a trigraph.
function quote(line)
{
	gsub(/\\/, "&&", line)
	gsub(/["?]/, "\\\\&", line)
	print "\t \"" line "\\n\""
}

# "#< panel.gp" stands for the lines of that file: what two figures share.
/^#< / {
	shared = FILENAME
	sub(/[^\/]*$/, $2, shared)
	while ((getline line < shared) > 0)
		quote(line)
	close(shared)
	next
}

{ quote($0) }

END {
	if (NR > 0)
		print "\t},"
	print "\t{NULL, NULL},\n};"
}
