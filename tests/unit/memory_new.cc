/* Makes C++'s new, RE2's too, follow memory_fail. */
#include "memory.h"

#include <cstddef>
#include <new>

/*
** Every piece starts with its place in a list. What RE2 loses when new throws
** in it thus stays reachable, and leak checkers hold their peace; real leaks
** show in memory_pieces.
*/
struct alignas(std::max_align_t) link {
  link *next, **place;
};

static link *first;

void *operator new(std::size_t size)
{
  link *piece = static_cast<link *>(memory_take(sizeof(link) + size));

  if (!piece)
    throw std::bad_alloc();
  piece->next = first;
  piece->place = &first;
  if (first)
    first->place = &piece->next;
  first = piece;
  return piece + 1;
}

void operator delete(void *data) noexcept
{
  link *piece = static_cast<link *>(data);

  if (!piece--)
    return;
  *piece->place = piece->next;
  if (piece->next)
    piece->next->place = piece->place;
  memory_give(piece);
}

void *operator new[](std::size_t size)
{
  return operator new(size);
}

void operator delete[](void *piece) noexcept
{
  operator delete(piece);
}

void operator delete(void *piece, std::size_t) noexcept
{
  operator delete(piece);
}

void operator delete[](void *piece, std::size_t) noexcept
{
  operator delete(piece);
}
