/* Lines of JSON, of every format and with columns in objects: see log.h for what must hold. */
#include "tests/fuzz/log.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct view log = {(const char *)data, size};
	read_as_all(&reader_json_lines, log);
	read_log(format_find("json_lines"),
		 "time=t:ms|a.t,user=a.b.c|a,word.x=a.b,number.y=y,where.z=a.z", -1, log);
	return 0;
}
