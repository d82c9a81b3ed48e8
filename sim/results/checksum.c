/* Guards a results file against flipped bits before HDF5 sees it: HDF5 1.10 has checksums for
 * arrays and metadata, but none for the heap that texts lie in, and trusts its lengths. */
#include "sim/results/checksum.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>
#include <zlib.h>

#define OPENING "\ncoalmine-crc32 "

enum { PIECE = 64 << 10 };

static void print_line(uLong crc, char line[CHECKSUM_LENGTH + 1])
{
	snprintf(line, CHECKSUM_LENGTH + 1, OPENING "%08lx\n", crc & 0xffffffffUL);
}

void checksum_line(const void *bytes, size_t size, char line[CHECKSUM_LENGTH + 1])
{
	print_line(crc32_z(0, bytes, size), line);
}

/* Short only at the end of the file; 0 with errno set if it cannot be read. */
static size_t read_at(int file, void *out, size_t size, off_t at)
{
	size_t done = 0;
	while (done < size) {
		ssize_t got = pread(file, (char *)out + done, size - done, at + (off_t)done);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		done += (size_t)got;
	}
	return done;
}

bool checksum_line_of(int file, off_t size, char line[CHECKSUM_LENGTH + 1])
{
	unsigned char piece[PIECE];
	uLong crc = 0;
	for (off_t at = 0; at < size;) {
		size_t want = size - at < PIECE ? (size_t)(size - at) : PIECE;
		if (read_at(file, piece, want, at) != want)
			return false;
		crc = crc32_z(crc, piece, want);
		at += (off_t)want;
	}
	print_line(crc, line);
	return true;
}

bool checksum_holds(int file)
{
	char found[CHECKSUM_LENGTH + 1] = "", due[CHECKSUM_LENGTH + 1];
	struct stat stat;
	errno = 0;
	if (fstat(file, &stat) != 0)
		return false;
	off_t size = stat.st_size - CHECKSUM_LENGTH;
	if (size < 0 || read_at(file, found, CHECKSUM_LENGTH, size) != CHECKSUM_LENGTH ||
	    memcmp(found, OPENING, strlen(OPENING)) != 0)
		return errno == 0;
	return checksum_line_of(file, size, due) && memcmp(found, due, CHECKSUM_LENGTH) == 0;
}
