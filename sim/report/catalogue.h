/* The catalogues: faults, detectors, metrics and quantities, each with what matters when one is
 * chosen. */
#ifndef SIM_REPORT_CATALOGUE_H
#define SIM_REPORT_CATALOGUE_H

#include <stdbool.h>

void catalogue_print_faults(void);
void catalogue_print_detectors(void);
void catalogue_print_metrics(void);
void catalogue_print_quantities(void);

struct quantity_row;

/* What a quantity is. */
const char *catalogue_quantity(const struct quantity_row *row);

/* One row in words; false if there is none of that name. */
bool catalogue_print_metric(const char *name);
bool catalogue_print_quantity(const char *name);

#endif
