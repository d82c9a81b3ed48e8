/* Writes PATH.part, has it safely on disk, and only then gives it its name. What is no file, but a
 * device or a pipe, is written to as it stands: renamed over, it would be gone. */
#include "sim/results/replace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool write_piece(int file, struct piece piece)
{
	const char *bytes = piece.bytes;
	while (piece.size > 0) {
		ssize_t done = write(file, bytes, piece.size);
		if (done < 0 && errno != EINTR)
			return false;
		if (done > 0) {
			bytes += done;
			piece.size -= (size_t)done;
		}
	}
	return true;
}

/* What is to be written: pieces, or what a function prints. */
struct content {
	const struct piece *pieces;
	int count;
	bool (*print)(void *context, FILE *out);
	void *context;
};

static bool write_pieces(int file, const struct content *content)
{
	for (int i = 0; i < content->count; i++)
		if (!write_piece(file, content->pieces[i]))
			return false;
	return true;
}

/* A copy of the descriptor, because closing the stream closes what it was made of. */
static bool write_printed(int file, const struct content *content)
{
	int copy = dup(file);
	FILE *out = copy < 0 ? NULL : fdopen(copy, "w");
	if (!out) {
		if (copy >= 0)
			close(copy);
		return false;
	}
	bool whole = content->print(content->context, out);
	bool good = !fflush(out) && !ferror(out);
	int cause = good ? 0 : errno;
	good = good && whole;
	if (fclose(out) && good)
		return false;
	errno = cause;
	return good;
}

static bool write_content(int file, const struct content *content)
{
	return content->print ? write_printed(file, content) : write_pieces(file, content);
}

/* The error that counts is that of the writing, unless only the closing failed. */
static bool close_after(int file, bool written)
{
	int cause = errno;
	if (close(file) == 0 || !written)
		errno = cause;
	else
		written = false;
	return written;
}

/* A rename is on disk only when its directory is. Some file systems cannot say so; they are
 * believed. */
static void settle_directory(struct arena *arena, const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *directory = slash ? arena_copy(arena, path, (size_t)(slash - path) + 1) : ".";
	int file = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (file < 0)
		return;
	fsync(file);
	close(file);
}

/* The file that a link leads to, so that the link stays; NULL: there is something else. */
static const char *find_place(struct arena *arena, const char *path)
{
	struct stat status;
	if (stat(path, &status))
		return path;
	char *found = S_ISREG(status.st_mode) ? realpath(path, NULL) : NULL;
	const char *place = found ? arena_copy(arena, found, strlen(found)) : NULL;
	free(found);
	return place;
}

bool replacement_open(struct replacement *replacement, const char *path)
{
	*replacement = (struct replacement){.part = NULL};
	replacement->path = find_place(&replacement->arena, path);
	if (replacement->path) {
		replacement->part = arena_printf(&replacement->arena, "%s.part", replacement->path);
		replacement->file =
			open(replacement->part, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	} else {
		replacement->file = open(path, O_WRONLY | O_CLOEXEC);
	}
	if (replacement->file >= 0)
		return true;
	int cause = errno;
	arena_free(&replacement->arena);
	errno = cause;
	return false;
}

bool replacement_add(const struct replacement *replacement, struct piece piece)
{
	return lseek(replacement->file, 0, SEEK_END) >= 0 && write_piece(replacement->file, piece);
}

bool replacement_close(struct replacement *replacement, bool written)
{
	bool renames = replacement->part;
	written = written && (!renames || fsync(replacement->file) == 0);
	bool done = close_after(replacement->file, written) &&
		    (!renames || rename(replacement->part, replacement->path) == 0);
	int cause = errno;
	if (renames && done)
		settle_directory(&replacement->arena, replacement->path);
	else if (renames)
		unlink(replacement->part);
	arena_free(&replacement->arena);
	errno = cause;
	return done;
}

static bool replace(const char *path, const struct content *content)
{
	struct replacement replacement;
	return replacement_open(&replacement, path) &&
	       replacement_close(&replacement, write_content(replacement.file, content));
}

bool replace_file(const char *path, const struct piece *pieces, int count)
{
	return replace(path, &(struct content){.pieces = pieces, .count = count});
}

bool replace_printed(const char *path, bool (*print)(void *context, FILE *out), void *context)
{
	return replace(path, &(struct content){.print = print, .context = context});
}
