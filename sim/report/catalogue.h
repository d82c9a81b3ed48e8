/* The catalogues: faults, detectors and metrics, each with what matters when one is chosen. */
#ifndef SIM_REPORT_CATALOGUE_H
#define SIM_REPORT_CATALOGUE_H

void catalogue_print_faults(void);
void catalogue_print_detectors(void);
void catalogue_print_metrics(void);

#endif
