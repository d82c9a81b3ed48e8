/* Tables, of every format and one that is mapped: see log.h for what must hold. */
#include "tests/fuzz/log.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct view log = {(const char *)data, size};
	read_as_all(&reader_table, log);
	read_log(format_find("table"),
		 "time=start_ms:ms,duration=elapsed (ms),status=code,user=account; id,"
		 "segment=plan,version=build,word.note=note",
		 -1, log);
	return 0;
}
