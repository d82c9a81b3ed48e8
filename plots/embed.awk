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
{
	gsub(/\\/, "&&")
	gsub(/["?]/, "\\\\&")
	print "\t \"" $0 "\\n\""
}

END {
	if (NR > 0)
		print "\t},"
	print "\t{NULL, NULL},\n};"
}
