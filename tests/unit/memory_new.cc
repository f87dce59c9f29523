/* Makes C++'s new, RE2's too, follow memory_fail. */
#include "memory.h"

#include <new>

void *operator new(std::size_t size)
{
  void *piece = memory_take(size);

  if (!piece)
    throw std::bad_alloc();
  return piece;
}

void *operator new[](std::size_t size)
{
  return operator new(size);
}

void operator delete(void *piece) noexcept
{
  memory_give(piece);
}

void operator delete[](void *piece) noexcept
{
  memory_give(piece);
}

void operator delete(void *piece, std::size_t) noexcept
{
  memory_give(piece);
}

void operator delete[](void *piece, std::size_t) noexcept
{
  memory_give(piece);
}
