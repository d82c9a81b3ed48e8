/* A capture of GoReplay: see log.h for what must hold. */
#include "tests/fuzz/log.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	read_as_all(&reader_goreplay, (struct view){(const char *)data, size});
	return 0;
}
