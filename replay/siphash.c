/* As the paper has it: two rounds a word, four at the end. */
#include "replay/siphash.h"

#include <endian.h>

static uint64_t rotate(uint64_t x, int by)
{
	return x << by | x >> (64 - by);
}

static void round_of(uint64_t v[4])
{
	v[0] += v[1];
	v[1] = rotate(v[1], 13) ^ v[0];
	v[0] = rotate(v[0], 32);
	v[2] += v[3];
	v[3] = rotate(v[3], 16) ^ v[2];
	v[0] += v[3];
	v[3] = rotate(v[3], 21) ^ v[0];
	v[2] += v[1];
	v[1] = rotate(v[1], 17) ^ v[2];
	v[2] = rotate(v[2], 32);
}

static void absorb(uint64_t v[4], uint64_t word)
{
	v[3] ^= word;
	round_of(v);
	round_of(v);
	v[0] ^= word;
}

uint64_t siphash(const struct siphash_key *key, struct view text)
{
	uint64_t v[4] = {key->half[0] ^ UINT64_C(0x736f6d6570736575),
			 key->half[1] ^ UINT64_C(0x646f72616e646f6d),
			 key->half[0] ^ UINT64_C(0x6c7967656e657261),
			 key->half[1] ^ UINT64_C(0x7465646279746573)};
	uint64_t word, last = (uint64_t)text.length << 56;
	size_t i = 0;
	for (; i + 8 <= text.length; i += 8) {
		memcpy(&word, text.at + i, 8);
		absorb(v, le64toh(word));
	}
	for (size_t shift = 0; i < text.length; i++, shift += 8)
		last |= (uint64_t)(unsigned char)text.at[i] << shift;
	absorb(v, last);
	v[2] ^= 0xff;
	for (int r = 0; r < 4; r++)
		round_of(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}
