/* Preloaded: looking up slow.test takes 20 seconds. */
#include <netdb.h>
#include <string.h>
#include <unistd.h>

int getaddrinfo(const char *name, const char *service,
                const struct addrinfo *hints, struct addrinfo **result);

int getaddrinfo(const char *name, const char *service,
                const struct addrinfo *hints, struct addrinfo **result)
{
  static const char waiting[] = "slow_lookup: waiting\n";
  (void)service;
  (void)hints;
  (void)result;
  if (name && strcmp(name, "slow.test") == 0 &&
      write(STDERR_FILENO, waiting, sizeof waiting - 1) > 0)
    sleep(20);
  return EAI_NONAME;
}
