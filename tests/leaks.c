/* Leaks are looked for in the processes that run tests, where one is a failure, and not in the one
 * that starts them: that one runs nothing of ours, and the test library loses a few bytes there. */
#include <stdlib.h>

/* Asked by the sanitizers: those that run tests were given a map by the one that started them. */
int __lsan_is_turned_off(void);
const char *__asan_default_options(void);

int __lsan_is_turned_off(void)
{
	return !getenv("BXFI_MAP");
}

/* An exit code other than 0 would go unseen behind a test that passed. */
const char *__asan_default_options(void)
{
	return "abort_on_error=1";
}
