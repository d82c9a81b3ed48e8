/* Files that are packed, or seem to be: see log.h for what must hold. */
#include "tests/fuzz/log.h"

#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int file = memfd_create("fuzz", MFD_CLOEXEC);
	require(file >= 0 && write(file, data, size) == (ssize_t)size);
	require(lseek(file, 0, SEEK_SET) == 0);
	read_log(format_find("nginx_timed"), "", file, (struct view){"", 0});
	return 0;
}
